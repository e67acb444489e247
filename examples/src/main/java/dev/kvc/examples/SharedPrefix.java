package dev.kvc.examples;

import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.tier.Promotion;
import dev.kvc.store.tier.Tier;
import dev.kvc.store.tier.TieredKvStore;
import dev.kvc.store.tier.WriteMode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Two engines with disks of their own, and a store behind both: what one has computed for a prompt, the other resumes.
 *
 * <p>Each has a directory, and the shared store as its last tier. The first computes the state of a beginning and saves
 * it; the second is asked something else with the same beginning, finds it in the shared store, and has it on its own
 * disk from then on.
 *
 * <p>To run it as two processes, with a Redis:
 *
 * <pre>{@code
 * java -cp examples/target/classes:$(cat examples/target/class-path) dev.kvc.examples.SharedPrefix \
 *     /tmp/one redis://127.0.0.1:6379/0 "Who are you?"
 * java -cp examples/target/classes:$(cat examples/target/class-path) dev.kvc.examples.SharedPrefix \
 *     /tmp/other redis://127.0.0.1:6379/0 "What can you do?"
 * }</pre>
 *
 * <p>Or with a bucket, such as {@code s3://bucket/prefix?region=eu-central-1}. Without these arguments both run one
 * after the other, and share a directory.
 */
public final class SharedPrefix {
    private static final String SYSTEM = "You are a helpful assistant. ";
    private static final int STATE_BYTES = 1_000_000;

    private SharedPrefix() {}

    /** Runs one engine: its directory, the shared store's URI, and what it is asked. */
    public static void main(String[] args) throws IOException {
        if (args.length == 3) {
            run(Path.of(args[0]), args[1], args[2], System.out);
            return;
        }
        try (WorkDirectory directory = WorkDirectory.of(args)) {
            run(directory.path(), System.out);
        }
    }

    static void run(Path directory, PrintStream out) throws IOException {
        String shared = directory.resolve("shared").toUri() + "?budget=64MiB";
        run(directory.resolve("one"), shared, "Who are you?", out);
        run(directory.resolve("other"), shared, "What can you do?", out);
    }

    static void run(Path directory, String shared, String question, PrintStream out) throws IOException {
        try (KvStore store = open(directory, shared)) {
            Optional<Snapshot> found = store.loadLongestPrefix(PrefixQuery.of(SYSTEM + question));
            if (found.isPresent()) {
                try (Snapshot snapshot = found.get()) {
                    out.printf(
                            "%s: resumed after %d of %d bytes of the prompt%n",
                            directory.getFileName(), snapshot.info().textBytes(), (SYSTEM + question).length());
                }
            } else {
                store.save(SnapshotDraft.builder()
                        .text(SYSTEM)
                        .payload(new byte[STATE_BYTES])
                        .build());
                out.printf(
                        "%s: computed the first %d bytes, and saved them%n", directory.getFileName(), SYSTEM.length());
            }
        }
    }

    /** What is queued for the shared store is written when this is closed. */
    private static KvStore open(Path directory, String shared) throws IOException {
        KvStore disk = KvStores.open(directory.toUri() + "?budget=64MiB");
        return TieredKvStore.builder()
                .tier(Tier.of(disk).promotion(Promotion.onFirstHit()))
                .tier(Tier.of(KvStores.open(shared))
                        .writeMode(WriteMode.WRITE_BACK)
                        .deadline(Duration.ofSeconds(10)))
                .build();
    }
}
