package dev.kvc.store;

import java.util.List;
import java.util.Optional;

/**
 * What a store has for a prompt, from metadata alone.
 *
 * @param candidates snapshots whose key is the hash of a beginning of the prompt and that pass the gates, longest text
 *     first; their bytes have not been looked at, so a load may still miss
 * @param refused those that did not pass, longest text first
 */
public record PrefixMatch(List<SnapshotInfo> candidates, List<Refused> refused) {
    /** Nothing stored begins the prompt. */
    public static final PrefixMatch NONE = new PrefixMatch(List.of(), List.of());

    /** Copies both lists. */
    public PrefixMatch {
        candidates = List.copyOf(candidates);
        refused = List.copyOf(refused);
    }

    /**
     * A snapshot that begins the prompt but is not for this engine.
     *
     * @param snapshot which one
     * @param gate the first gate that it did not pass
     */
    public record Refused(SnapshotInfo snapshot, PrefixQuery.Gate gate) {}

    /** The longest candidate. */
    public Optional<SnapshotInfo> best() {
        return candidates.stream().findFirst();
    }
}
