package dev.kvc.store;

import dev.kvc.format.KvcKey;
import dev.kvc.store.prefix.PrefixIndex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Prefix lookup on top of what every store has: the defaults of {@link KvStore}, and parts for those who write one. */
public final class PrefixLookup {
    private PrefixLookup() {}

    /** A match over all that {@code store} lists, for stores that keep no {@link PrefixIndex}. */
    public static PrefixMatch overList(KvStore store, PrefixQuery query) throws IOException {
        PrefixIndex index = new PrefixIndex();
        Map<KvcKey, SnapshotInfo> byKey = new HashMap<>();
        try (Stream<SnapshotInfo> all = store.list()) {
            all.filter(info -> info.textBytes() <= query.prompt().remaining()).forEach(info -> {
                byKey.put(info.key(), info);
                index.add(info.textBytes());
            });
        }
        return sift(index.beginningsOf(query.prompt(), (key, length) -> ofLength(byKey.get(key), length)), query);
    }

    private static @Nullable SnapshotInfo ofLength(@Nullable SnapshotInfo info, int textBytes) {
        return info != null && info.textBytes() == textBytes ? info : null;
    }

    /** Sorts candidates into those that pass the query's gates and those that do not, keeping their order. */
    public static PrefixMatch sift(List<SnapshotInfo> longestFirst, PrefixQuery query) {
        List<SnapshotInfo> candidates = new ArrayList<>();
        List<PrefixMatch.Refused> refused = new ArrayList<>();
        for (SnapshotInfo info : longestFirst) {
            Optional<PrefixQuery.Gate> gate = query.refusal(info.header());
            if (gate.isPresent()) {
                refused.add(new PrefixMatch.Refused(info, gate.get()));
            } else {
                candidates.add(info);
            }
        }
        return new PrefixMatch(candidates, refused);
    }

    /**
     * Loads the first candidate that can be loaded, begins the prompt and passes the gates.
     *
     * @return the snapshot, which the caller closes
     */
    public static Optional<Snapshot> load(KvStore store, PrefixMatch match, PrefixQuery query, LoadOptions options)
            throws IOException {
        for (SnapshotInfo candidate : match.candidates()) {
            Optional<Snapshot> snapshot = store.load(candidate.key(), options.expecting(query));
            if (snapshot.isPresent() && fits(snapshot.get(), query)) {
                return snapshot;
            } else if (snapshot.isPresent()) {
                snapshot.get().close();
            }
        }
        return Optional.empty();
    }

    /** Whether a snapshot begins the query's prompt and passes its gates. */
    public static boolean fits(Snapshot snapshot, PrefixQuery query) {
        return query.beginsWith(snapshot.text())
                && query.refusal(snapshot.info().header()).isEmpty();
    }
}
