package dev.kvc.examples;

import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.Payload;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveResult;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.fs.FileSystemKvStore;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The whole of it in one directory: save the state of a prompt, close, open again, and resume a longer prompt from the
 * longest stored beginning that the engine can use.
 *
 * <p>The engine here only pretends: its state is 16 bytes for each token, and a token is a byte of text. One of the two
 * snapshots holds a state of another length. Its checksums are right, so only the engine can find out; it rejects the
 * snapshot, which is then never offered again, and asks for the next best. (The store logs a warning: an operator
 * should know.)
 *
 * <p>To run it:
 *
 * <pre>{@code
 * java -cp examples/target/classes:$(cat examples/target/class-path) dev.kvc.examples.PlainStore [directory]
 * }</pre>
 */
public final class PlainStore {
    private static final int BYTES_PER_TOKEN = 16;
    private static final int MODEL = 7;
    private static final int PAYLOAD_ABI = 1;

    private static final String SYSTEM = "You are a helpful assistant.";
    private static final String QUESTION = SYSTEM + " What is a prefix?";
    private static final String PROMPT = QUESTION + " And what is a budget?";

    private PlainStore() {}

    /** Runs the example in a directory, a temporary one by default. */
    public static void main(String[] args) throws IOException {
        try (WorkDirectory directory = WorkDirectory.of(args)) {
            run(directory.path(), System.out);
        }
    }

    static void run(Path directory, PrintStream out) throws IOException {
        try (KvStore store = open(directory)) {
            save(store, SYSTEM, SYSTEM.length() * BYTES_PER_TOKEN, out);
            save(store, QUESTION, 100, out);
        }
        try (KvStore store = open(directory)) {
            out.println("opened again, for: " + PROMPT);
            int done = resume(store, PROMPT, out);
            out.println("left to prefill: \"" + PROMPT.substring(done) + "\"");
        }
    }

    /** The same as {@code KvStores.open("file:///the/directory?budget=64MiB")}. */
    private static KvStore open(Path directory) throws IOException {
        return FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(64))
                .open();
    }

    private static void save(KvStore store, String text, int stateBytes, PrintStream out) throws IOException {
        SnapshotDraft draft = SnapshotDraft.builder()
                .text(text)
                .payload(new byte[stateBytes])
                .tokenCount(text.length())
                .modelId(MODEL)
                .payloadAbi(PAYLOAD_ABI)
                .build();
        SaveResult result = store.save(draft);
        out.printf("%s %s.kv, %d bytes: %s%n", result.outcome(), draft.textKey(), result.bytes(), text);
    }

    /** Resumes from the longest stored beginning that the engine takes, and returns how many tokens that covers. */
    private static int resume(KvStore store, String prompt, PrintStream out) throws IOException {
        // The gates keep the states of other models, and of other versions of this engine, out.
        PrefixQuery query = PrefixQuery.builder(prompt.getBytes(StandardCharsets.UTF_8))
                .modelId(MODEL)
                .payloadAbi(PAYLOAD_ABI)
                .build();
        Optional<Snapshot> found = store.loadLongestPrefix(query);
        while (found.isPresent()) {
            try (Snapshot snapshot = found.get()) {
                int tokens = (int) snapshot.info().header().tokenCount();
                if (restore(snapshot.payload(), tokens)) {
                    out.printf(
                            "resumed %d tokens from %s.kv%n",
                            tokens, snapshot.info().key());
                    return tokens;
                }
                snapshot.reject();
                out.printf(
                        "rejected %d tokens of %s.kv%n", tokens, snapshot.info().key());
            }
            found = store.loadLongestPrefix(query);
        }
        return 0;
    }

    /** What stands for the engine: reads the state, if it is one. A real one of several GB would map or stream it. */
    private static boolean restore(Payload payload, int tokens) throws IOException {
        return payload.toByteArray().length == tokens * BYTES_PER_TOKEN;
    }
}
