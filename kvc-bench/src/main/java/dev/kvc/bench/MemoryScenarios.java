package dev.kvc.bench;

import dev.kvc.eviction.EvictionContext;
import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.eviction.EvictionPolicy;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.eviction.SnapshotMetadata;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.Snapshot;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.fs.IndexProbe;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What memory it takes: to move a large snapshot, and to know of many. */
final class MemoryScenarios {
    static final int INDEXED = 1_000_000;

    private static final long LARGE = 3L << 30;
    private static final int PIECE = 1 << 20;

    private MemoryScenarios() {}

    static List<Scenario> all() {
        return List.of(
                Scenario.time("memory-3GiB", 1, 1, lab -> {}, List.of(new Side("KVC, save and load", lab -> {
                            FileSystemKvStore store = lab.closing(Corpus.open(lab.directory("kvc")));
                            return (Operation.Gauge) () -> moveLarge(store);
                        })))
                        .measuring(Unit.BYTES)
                        .withJvm("-Xmx64m"),
                Scenario.time(
                                "index-memory",
                                1,
                                1,
                                lab -> {},
                                List.of(
                                        index("KVC index", () -> new Forgetful()),
                                        index(
                                                        "KVC index + lru",
                                                        () -> EvictionPolicies.lru()
                                                                .create())
                                                .onlyInFull(),
                                        index(
                                                        "KVC index + size-weighted",
                                                        () -> EvictionPolicies.sizeWeighted()
                                                                .create())
                                                .onlyInFull()))
                        .measuring(Unit.BYTES)
                        .withJvm("-Xmx3g", "-XX:+UseSerialGC"));
    }

    /** The most anonymous memory seen while 3 GiB are saved and read back, once verified on load, once on read. */
    private static double moveLarge(FileSystemKvStore store) throws Exception {
        ByteBuffer piece = Corpus.payload(PIECE);
        long[] peak = {0};
        PayloadSource source = PayloadSource.of(LARGE, out -> {
            for (long at = 0; at < LARGE; at += PIECE) {
                out.write(piece.clear());
                note(peak, at);
            }
        });
        store.save(Corpus.key(0), Corpus.draft(0, source), SaveOptions.DEFAULT);
        for (Verify verify : List.of(Verify.ON_LOAD, Verify.ON_READ)) {
            try (Snapshot snapshot = store.load(Corpus.key(0), LoadOptions.DEFAULT.verify(verify))
                    .orElseThrow()) {
                for (long at = 0; at < LARGE; at += PIECE) {
                    snapshot.payload().readFully(piece.clear(), at);
                    note(peak, at);
                }
            }
        }
        return peak[0];
    }

    private static void note(long[] peak, long at) {
        if (at % (64 * PIECE) == 0) {
            peak[0] = Math.max(peak[0], ProcessStatus.anonymousBytes());
        }
    }

    /** Makes a policy. */
    private interface Policies {
        EvictionPolicy create();
    }

    /** Bytes of heap for each of a million snapshots. */
    private static Side index(String name, Policies policies) {
        return new Side(name, lab -> (Operation.Gauge) () -> {
            long before = usedHeap();
            IndexProbe index = new IndexProbe(policies.create());
            for (int i = 0; i < INDEXED; i++) {
                index.add();
            }
            double bytes = (double) (usedHeap() - before) / INDEXED;
            if (!index.contains(0)) {
                throw new IllegalStateException("the index was collected");
            }
            return bytes;
        });
    }

    private static long usedHeap() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** Keeps nothing, so that the index is measured alone. */
    private static final class Forgetful implements EvictionPolicy {
        @Override
        public void inserted(SnapshotMetadata snapshot) {}

        @Override
        public void hit(SnapshotMetadata snapshot) {}

        @Override
        public void removed(SnapshotId id) {}

        @Override
        public void relinked(SnapshotId id, @Nullable SnapshotId ancestor) {}

        @Override
        public Iterator<SnapshotId> victims(EvictionContext context) {
            return Collections.emptyIterator();
        }
    }
}
