package dev.kvc.engine;

import dev.kvc.store.KvStore;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The main class of a process that is killed in the midst of a save: the second of two. */
final class KilledEngine {
    static final String SAVED = "a prompt";
    static final String UNFINISHED = SAVED + " and more";
    static final int BYTES = 3 << 20;

    private KilledEngine() {}

    public static void main(String[] arguments) throws Exception {
        try (KvStore store = Stores.valueOf(arguments[0]).open(Path.of(arguments[1]));
                PrefixCache cache = PrefixCache.of(store)) {
            cache.save(draft(SAVED, out -> out.write(ByteBuffer.allocate(BYTES))))
                    .await();
            cache.save(draft(UNFINISHED, out -> {
                        out.write(ByteBuffer.allocate(BYTES / 2));
                        System.out.println("half is written");
                        waitForTheEnd();
                    }))
                    .await();
        }
    }

    private static SnapshotDraft draft(String text, PayloadSource.PayloadWriter writer) {
        return SnapshotDraft.builder()
                .text(text)
                .payload(PayloadSource.of(BYTES, writer))
                .tokenCount(text.length())
                .build();
    }

    private static void waitForTheEnd() throws IOException {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
