package dev.kvc.examples;

import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.memory.CaffeineKvStore;
import dev.kvc.store.tier.Promotion;
import dev.kvc.store.tier.Tier;
import dev.kvc.store.tier.TierStats;
import dev.kvc.store.tier.TieredKvStore;
import dev.kvc.store.tier.WriteMode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Memory in front of a directory: what is saved goes to both, what memory has lost comes back at its second hit.
 *
 * <p>The directory is written back: a save returns when memory has the snapshot, and a thread writes the file. A
 * snapshot that is too large for memory is in the directory alone. After a restart memory is empty; the first load of a
 * snapshot is served by the directory, the second one too, but then it is copied up, and the third is served by memory.
 *
 * <p>To run it:
 *
 * <pre>{@code
 * java -cp examples/target/classes:$(cat examples/target/class-path) dev.kvc.examples.TieredCache [directory]
 * }</pre>
 */
public final class TieredCache {
    private static final String SMALL = "a short conversation";
    private static final String LARGE = "a long conversation";

    private TieredCache() {}

    /** Runs the example in a directory, a temporary one by default. */
    public static void main(String[] args) throws IOException {
        try (WorkDirectory directory = WorkDirectory.of(args)) {
            run(directory.path(), System.out);
        }
    }

    static void run(Path directory, PrintStream out) throws IOException {
        try (TieredKvStore store = open(directory)) {
            save(store, SMALL, 100_000, out);
            save(store, LARGE, 3_000_000, out);
            store.flush();
            print(store, "after two saves", out);
        }
        try (TieredKvStore store = open(directory)) {
            try (Stream<SnapshotInfo> all = store.list()) {
                out.printf("opened again with %d snapshots%n", all.count());
            }
            print(store, "after a restart", out);
            for (int load = 1; load <= 3; load++) {
                load(store, SMALL);
                print(store, "after load " + load, out);
            }
        }
    }

    /** Closing the tiered store closes both of its tiers. */
    private static TieredKvStore open(Path directory) throws IOException {
        KvStore disk = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(64))
                .open();
        KvStore memory = CaffeineKvStore.builder()
                .budget(DataSize.ofMebibytes(4))
                .maxEntry(DataSize.ofMebibytes(1))
                .build();
        return TieredKvStore.builder()
                .tier(Tier.of(memory).promotion(Promotion.onSecondHit()))
                .tier(Tier.of(disk).writeMode(WriteMode.WRITE_BACK))
                .build();
    }

    private static void save(KvStore store, String text, int stateBytes, PrintStream out) throws IOException {
        SnapshotDraft draft =
                SnapshotDraft.builder().text(text).payload(new byte[stateBytes]).build();
        out.printf("save %s: %s%n", text, store.save(draft).outcome());
    }

    private static void load(KvStore store, String text) throws IOException {
        try (Snapshot snapshot = store.load(KvcKey.of(text)).orElseThrow()) {
            snapshot.payload().toByteArray();
        }
    }

    private static void print(TieredKvStore store, String when, PrintStream out) {
        TierStats memory = store.tierStats().get(0);
        TierStats disk = store.tierStats().get(1);
        out.printf(
                "%-16s memory: %d held, %d hits, %d copied up    disk: %d held, %d hits%n",
                when,
                memory.store().snapshots(),
                memory.store().hits(),
                memory.promotions(),
                disk.store().snapshots(),
                disk.store().hits());
    }
}
