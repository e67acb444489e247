package dev.kvc.micrometer;

import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.memory.CaffeineKvStore;
import java.io.IOException;
import java.nio.file.Path;

/** Small stores, and requests to them. */
final class Stores {
    private Stores() {}

    static CaffeineKvStore memory() {
        return CaffeineKvStore.builder().budget(DataSize.ofMebibytes(1)).build();
    }

    static FileSystemKvStore disk(Path directory) throws IOException {
        return FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(2))
                .open();
    }

    static SnapshotDraft draft(String text) {
        return SnapshotDraft.builder()
                .text(text)
                .payload(new byte[1000])
                .tokenCount(7)
                .build();
    }

    static void load(KvStore store, String text) throws IOException {
        Snapshot snapshot = store.load(KvcKey.of(text)).orElse(null);
        if (snapshot != null) {
            snapshot.close();
        }
    }
}
