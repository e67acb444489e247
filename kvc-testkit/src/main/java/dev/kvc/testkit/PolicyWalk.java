package dev.kvc.testkit;

import dev.kvc.eviction.EvictionContext;
import dev.kvc.eviction.EvictionPolicy;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.eviction.SnapshotMetadata;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.format.SaveReason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A random life of a store, as a policy sees it: snapshots are stored, hit, replaced, removed and get other ancestors,
 * and now and then room is made. What is stored is kept beside, so that the policy's answers can be judged.
 */
final class PolicyWalk {
    private static final List<Namespace> NAMESPACES = List.of(Namespace.DEFAULT, Namespace.of("alice"));
    private static final List<SaveReason> REASONS =
            List.of(SaveReason.UNKNOWN, SaveReason.COLD, SaveReason.CONTINUED, SaveReason.EVICT, SaveReason.SHUTDOWN);

    private final EvictionPolicy policy;
    private final Random random;
    private final int ids;
    private final Map<SnapshotId, SnapshotMetadata> stored = new LinkedHashMap<>();
    private long nowUnix = 1_770_000_000;

    /**
     * A walk that has not begun.
     *
     * @param random the same seed gives the same events, as long as the policy gives the same victims
     * @param ids from how many snapshots the events choose
     */
    PolicyWalk(EvictionPolicy policy, Random random, int ids) {
        this.policy = policy;
        this.random = random;
        this.ids = ids;
    }

    /** The id of this number. */
    static SnapshotId id(int number) {
        return new SnapshotId(NAMESPACES.get(number % NAMESPACES.size()), KvcKey.of("snapshot " + number));
    }

    /** A snapshot of usual size that nobody has hit. */
    static SnapshotMetadata snapshot(SnapshotId id) {
        return new SnapshotMetadata(id, 10_000, 500, 0, 1_770_000_000, 1_770_000_000, SaveReason.COLD, 1, null);
    }

    /** What is stored. */
    Collection<SnapshotMetadata> stored() {
        return stored.values();
    }

    EvictionContext context() {
        return new EvictionContext(Long.MAX_VALUE, nowUnix, random.nextBoolean() ? null : metadata(randomId()));
    }

    /** Stores every snapshot that there is to choose from. */
    void storeAll() {
        for (int i = 0; i < ids; i++) {
            store(metadata(id(i)));
        }
    }

    void steps(int count) {
        for (int i = 0; i < count; i++) {
            step();
        }
    }

    private void step() {
        nowUnix += random.nextInt(500);
        SnapshotId id = randomId();
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> store(metadata(id));
            case 4, 5, 6 -> hit(id);
            case 7 -> remove(id);
            case 8 -> relink(id, random.nextBoolean() ? null : randomId());
            default -> makeRoom(1 + random.nextInt(3));
        }
    }

    private SnapshotId randomId() {
        return id(random.nextInt(ids));
    }

    private SnapshotMetadata metadata(SnapshotId id) {
        SnapshotId ancestor = random.nextInt(3) == 0 ? randomId() : null;
        return new SnapshotMetadata(
                id,
                1 + random.nextInt(1 << 30),
                random.nextInt(100_000),
                random.nextInt(4),
                nowUnix - random.nextInt(10_000),
                nowUnix,
                REASONS.get(random.nextInt(REASONS.size())),
                random.nextInt(3),
                id.equals(ancestor) ? null : ancestor);
    }

    private void store(SnapshotMetadata snapshot) {
        stored.put(snapshot.id(), snapshot);
        policy.inserted(snapshot);
    }

    /** A hit; where there is no such snapshot, one that comes too late, which the policy must ignore. */
    private void hit(SnapshotId id) {
        SnapshotMetadata old = stored.getOrDefault(id, snapshot(id));
        SnapshotMetadata snapshot = new SnapshotMetadata(
                id,
                old.bytes(),
                old.tokens(),
                Math.min(KvcHeader.MAX_HIT_COUNT, old.hits() + 1),
                old.createdUnix(),
                nowUnix,
                old.reason(),
                old.modelId(),
                old.ancestor());
        stored.replace(id, snapshot);
        policy.hit(snapshot);
    }

    private void remove(SnapshotId id) {
        stored.remove(id);
        policy.removed(id);
    }

    private void relink(SnapshotId id, @Nullable SnapshotId ancestor) {
        stored.computeIfPresent(id, (key, snapshot) -> snapshot.withAncestor(ancestor));
        policy.relinked(id, ancestor);
    }

    /** Takes the first victims, skips some of them as a store does, and abandons the rest of the iterator. */
    private void makeRoom(int count) {
        List<SnapshotId> victims = new ArrayList<>();
        var ranked = policy.victims(context());
        while (victims.size() < count && ranked.hasNext()) {
            SnapshotId victim = ranked.next();
            if (random.nextInt(4) > 0) {
                victims.add(victim);
            }
        }
        victims.forEach(this::remove);
    }
}
