package dev.kvc.store.spi;

import dev.kvc.format.KvcKey;
import dev.kvc.format.ReaderAt;
import java.io.IOException;
import java.util.Optional;

/**
 * What a {@link dev.kvc.store.KvStore} implements beside it if its snapshots lie somewhere else as exact KVC files: for
 * tools, which look at bytes, check them and copy them out. A load would count a hit, and take away what is damaged.
 */
public interface StoredFiles {
    /**
     * The file of the snapshot of this key, as it lies there: nothing of it has been verified, and nothing is counted,
     * set aside or changed.
     *
     * @return the file, which can be read until the store is closed, by several threads at once; a read throws
     *     {@link java.nio.file.NoSuchFileException} once the snapshot has been replaced or removed, or a part of it is
     *     gone. Empty if there is none.
     * @throws IOException if it cannot be asked for
     * @throws IllegalStateException if the store is closed
     */
    Optional<ReaderAt> file(KvcKey key) throws IOException;
}
