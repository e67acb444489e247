package dev.kvc.engine;

import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.memory.CaffeineKvStore;
import dev.kvc.store.tier.TieredKvStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The stores that tests run on; the caller closes them. */
enum Stores {
    DIRECTORY {
        @Override
        KvStore open(Path directory) throws IOException {
            return FileSystemKvStore.builder(directory)
                    .budget(DataSize.ofMebibytes(64))
                    .open();
        }
    },
    MEMORY {
        @Override
        KvStore open(Path directory) {
            return CaffeineKvStore.builder().budget(DataSize.ofMebibytes(64)).build();
        }
    },
    TIERS {
        @Override
        KvStore open(Path directory) throws IOException {
            return TieredKvStore.of(List.of(MEMORY.open(directory), DIRECTORY.open(directory)));
        }
    };

    abstract KvStore open(Path directory) throws IOException;
}
