package dev.kvc.store.tier;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.Namespace;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.Payload;
import dev.kvc.store.PrefixLookup;
import dev.kvc.store.PrefixMatch;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.Verification;
import dev.kvc.store.internal.HeldSnapshot;
import dev.kvc.store.internal.LoadedSnapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Snapshots that wait to be written, looked up like stored ones; and what makes one snapshot a copy of another. */
final class Copies {
    private static final int COMPARED_BYTES = 1 << 18;
    private static final Comparator<SnapshotInfo> LONGEST_FIRST =
            Comparator.comparingInt(SnapshotInfo::textBytes).reversed();

    private Copies() {}

    /** Loads a snapshot that waits to be written. */
    static Optional<Snapshot> load(
            WriteBackQueue.Pending pending, LoadOptions options, LoadedSnapshot.Rejection rejection) {
        HeldSnapshot held = pending.held();
        if (pending.isCancelled() || held.refusal(options, held.header()) != null) {
            return Optional.empty();
        }
        return Optional.of(load(pending.id(), held, options, rejection));
    }

    static Snapshot load(SnapshotId id, HeldSnapshot held, LoadOptions options, LoadedSnapshot.Rejection rejection) {
        boolean verified = held.isVerified() && options.verify() != LoadOptions.Verify.NEVER;
        return new LoadedSnapshot(
                id,
                held,
                held.header().hitCount(),
                held.header().lastUsedUnix(),
                verified ? Verification.VERIFIED : Verification.UNVERIFIED,
                rejection);
    }

    /** A store's match, with what waits to be written in the place of what it has under the same keys. */
    static PrefixMatch overlay(
            Collection<WriteBackQueue.Pending> pending, PrefixMatch stored, Namespace namespace, PrefixQuery query) {
        Set<SnapshotId> hidden = new HashSet<>();
        List<SnapshotInfo> found = new ArrayList<>();
        for (WriteBackQueue.Pending each : pending) {
            hidden.add(each.id());
            if (each.id().namespace().equals(namespace)
                    && !each.isCancelled()
                    && each.isUnderItsText()
                    && query.beginsWith(each.held().text())) {
                found.add(each.held().info(each.id()));
            }
        }
        found.sort(LONGEST_FIRST);
        return merge(PrefixLookup.sift(found, query), without(stored, hidden));
    }

    private static PrefixMatch without(PrefixMatch match, Set<SnapshotId> hidden) {
        return new PrefixMatch(
                match.candidates().stream()
                        .filter(info -> !hidden.contains(info.id()))
                        .toList(),
                match.refused().stream()
                        .filter(refused -> !hidden.contains(refused.snapshot().id()))
                        .toList(),
                match.divergesAt());
    }

    /** Two matches as one: of one key, the first one's; refused is what nobody offers. */
    static PrefixMatch merge(PrefixMatch first, PrefixMatch second) {
        Set<SnapshotId> offered = new HashSet<>();
        List<SnapshotInfo> candidates = new ArrayList<>();
        for (PrefixMatch match : List.of(first, second)) {
            match.candidates().stream().filter(info -> offered.add(info.id())).forEach(candidates::add);
        }
        List<PrefixMatch.Refused> refused = new ArrayList<>();
        for (PrefixMatch match : List.of(first, second)) {
            match.refused().stream()
                    .filter(each -> offered.add(each.snapshot().id()))
                    .forEach(refused::add);
        }
        candidates.sort(LONGEST_FIRST);
        refused.sort(Comparator.comparing(PrefixMatch.Refused::snapshot, LONGEST_FIRST));
        return new PrefixMatch(candidates, refused, Math.max(first.divergesAt(), second.divergesAt()));
    }

    /** Whether two snapshots of one key are the same but for their hits, byte for byte. */
    static boolean isCopy(Snapshot one, Snapshot other) throws IOException {
        return unused(one.info().header()).equals(unused(other.info().header()))
                && one.text().equals(other.text())
                && one.trailer().raw().equals(other.trailer().raw())
                && sameBytes(one.payload(), other.payload());
    }

    private static KvcHeader unused(KvcHeader header) {
        return header.withUse(0, 0);
    }

    private static boolean sameBytes(Payload one, Payload other) throws IOException {
        int piece = (int) Math.min(COMPARED_BYTES, one.size());
        ByteBuffer left = ByteBuffer.allocate(piece);
        ByteBuffer right = ByteBuffer.allocate(piece);
        boolean same = one.size() == other.size();
        for (long at = 0; same && at < one.size(); at += piece) {
            int count = (int) Math.min(piece, one.size() - at);
            one.readFully(left.clear().limit(count), at);
            other.readFully(right.clear().limit(count), at);
            same = left.flip().equals(right.flip());
        }
        return same;
    }
}
