package dev.kvc.store.fs;

import dev.kvc.store.SnapshotInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@link FileSystemKvStore#evictToBudget} would remove.
 *
 * @param victims in the order in which they would go
 * @param heldBytes bytes in the directory now, everything that counts against the budget included
 * @param budgetBytes what it may hold
 */
public record EvictionPlan(List<Victim> victims, long heldBytes, long budgetBytes) {
    /** Copies the list. */
    public EvictionPlan {
        victims = List.copyOf(victims);
    }

    /** Why a file would go. */
    public enum Why {
        /** Its writer has ended before it was whole. */
        DEAD_TEMPORARY,
        /** It is older, or was idle longer, than the limits allow. */
        EXPIRED,
        /** It is over budget, and this file was set aside, cannot be read, or is of another version. */
        LEFTOVER,
        /** It is over budget, and the policy gives this snapshot up first. */
        OVER_BUDGET
    }

    /**
     * A file that would go.
     *
     * @param file where it is
     * @param bytes its length
     * @param why why it would go
     * @param snapshotOrNull what is known of the snapshot in it; {@code null} if it holds none that is served
     */
    public record Victim(
            Path file, long bytes, Why why, @Nullable SnapshotInfo snapshotOrNull) {
        /** What is known of the snapshot in it; empty if it holds none that is served. */
        public Optional<SnapshotInfo> snapshot() {
            return Optional.ofNullable(snapshotOrNull);
        }
    }

    /** Bytes of all victims. */
    public long bytes() {
        return victims.stream().mapToLong(Victim::bytes).sum();
    }

    /** Whether the directory would be within its budget then. */
    public boolean suffices() {
        return heldBytes - bytes() <= budgetBytes;
    }
}
