package dev.kvc.store.tier;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.SaveResult;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.internal.HeldSnapshot;
import dev.kvc.store.internal.SharedSource;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Copies up what a tier over a network has, in one pass: its bytes are fetched once, verified as they come, and written
 * to the tiers in front, without a copy of the whole in memory unless memory is one of those tiers. What does not
 * verify is stored nowhere. The load that wanted it then takes it from the fastest tier that has it now.
 *
 * <p>Where memory in front takes it, all of it is fetched into memory first, and a disk gets it from a queue: who loads
 * does not wait for it. Where there is no room in the queue, or memory takes none, it is written slowest first: a disk
 * writes, and memory's copy is made, while the rest is fetched.
 */
final class Streaming {
    /** The tier over a network does not have it. */
    static final int MISSED = -1;

    /** No tier in front has taken it. */
    static final int NOT_TAKEN = -2;

    private final GuardedTier remote;
    private final List<GuardedTier> inFront;
    private final SnapshotId id;
    private final int hit;
    private final BooleanSupplier isUnchanged;

    /**
     * A copy that has not begun.
     *
     * @param inFront fastest first
     * @param hit which hit behind the tiers in front it is
     * @param isUnchanged whether nobody has begun to change the key since the remote was asked
     */
    Streaming(GuardedTier remote, List<GuardedTier> inFront, SnapshotId id, int hit, BooleanSupplier isUnchanged) {
        this.remote = remote;
        this.inFront = inFront;
        this.id = id;
        this.hit = hit;
        this.isUnchanged = isUnchanged;
    }

    /** Whether a load with these options is better served so. */
    boolean isWorthwhile(LoadOptions options) {
        return remote.isRemote()
                && options.verify() == Verify.ON_LOAD
                && inFront.stream().anyMatch(tier -> tier.isPromotionDue(hit));
    }

    /**
     * Copies it.
     *
     * @return the index of the fastest tier in front that has it now, {@link #MISSED} or {@link #NOT_TAKEN}
     * @throws IOException if the remote fails, or does not answer in time
     */
    int run(LoadOptions options) throws IOException {
        LoadOptions streamed = options.verify(Verify.ON_READ).withoutHit();
        return remote.answer(() -> copyUp(streamed), late -> {});
    }

    private int copyUp(LoadOptions options) throws IOException {
        try (Snapshot snapshot = remote.loadNow(id, options).orElse(null)) {
            return snapshot == null ? MISSED : copyUp(snapshot);
        }
    }

    /** Fetches it all into the memory that everybody who takes it shares. */
    private static boolean copy(SnapshotDraft draft) {
        try {
            HeldSnapshot.of(draft, 0);
            return true;
        } catch (IOException e) {
            return false; // the load that follows meets with the same, and says so
        }
    }

    private int copyUp(Snapshot snapshot) throws IOException {
        long bytes = snapshot.info().storedBytes();
        SnapshotDraft original = SnapshotDraft.copyOf(snapshot);
        List<GuardedTier> takers =
                inFront.stream().filter(tier -> tier.takesAtHit(hit, bytes)).toList();
        boolean isHeld = takers.stream().anyMatch(tier -> tier.holds(bytes));
        SnapshotDraft draft = isHeld ? SharedSource.shareAndHold(original) : SharedSource.share(original, 0);
        boolean isQueued = isHeld && takers.stream().anyMatch(tier -> tier.mayQueueCopy(bytes));
        if (isQueued && !copy(draft)) {
            return NOT_TAKEN;
        }
        int fastest = NOT_TAKEN;
        for (int i = takers.size() - 1; i >= 0; i--) {
            GuardedTier tier = takers.get(i);
            if (isUnchanged.getAsBoolean()) {
                SaveResult result = tier.promote(id, draft, isUnchanged);
                if (!isUnchanged.getAsBoolean()) {
                    tier.removeCopyOf(id, snapshot);
                } else if (result.isLoadable()) {
                    fastest = inFront.indexOf(tier);
                }
            }
        }
        return fastest;
    }
}
