package dev.kvc.store;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a store has for a prompt, from metadata alone.
 *
 * @param candidates snapshots whose key is the hash of a beginning of the prompt and that pass the gates, longest text
 *     first; their bytes have not been looked at, so a load may still miss
 * @param refused those that did not pass, longest text first
 * @param divergesAt how many bytes of the prompt some stored text begins with, for all that the store knows: where the
 *     prompt goes its own way. At least what the longest of the snapshots covers; beyond that in steps of a store's
 *     own, 512 bytes in ours. Whatever the gates say of the snapshots of those texts
 */
public record PrefixMatch(List<SnapshotInfo> candidates, List<Refused> refused, int divergesAt) {
    /** Nothing stored begins the prompt. */
    public static final PrefixMatch NONE = new PrefixMatch(List.of(), List.of());

    /**
     * Copies both lists.
     *
     * @throws IllegalArgumentException if {@code divergesAt} is less than the longest of the snapshots covers
     */
    public PrefixMatch {
        candidates = List.copyOf(candidates);
        refused = List.copyOf(refused);
        if (divergesAt < longest(candidates, refused)) {
            throw new IllegalArgumentException("divergesAt is " + divergesAt + "; a snapshot of "
                    + longest(candidates, refused) + " bytes begins the prompt");
        }
    }

    /** A match by a store that knows of no text but those that begin the prompt as a whole. */
    public PrefixMatch(List<SnapshotInfo> candidates, List<Refused> refused) {
        this(candidates, refused, longest(candidates, refused));
    }

    private static int longest(List<SnapshotInfo> candidates, List<Refused> refused) {
        int candidate = candidates.isEmpty() ? 0 : candidates.get(0).textBytes();
        int other = refused.isEmpty() ? 0 : refused.get(0).snapshot().textBytes();
        return Math.max(candidate, other);
    }

    /**
     * The same, by a store that knows a text with which the prompt shares so many bytes; fewer than now change nothing.
     */
    public PrefixMatch sharing(int bytes) {
        return bytes <= divergesAt ? this : new PrefixMatch(candidates, refused, bytes);
    }

    /**
     * Where a snapshot would have served this prompt better than any that is stored, and will serve others that go the
     * same way so far: the length at which an engine should save one. Empty if there is no such place.
     */
    public OptionalInt branchPoint() {
        int covered = candidates.isEmpty() ? 0 : candidates.get(0).textBytes();
        return divergesAt > covered ? OptionalInt.of(divergesAt) : OptionalInt.empty();
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
