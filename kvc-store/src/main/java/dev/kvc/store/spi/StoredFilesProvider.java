package dev.kvc.store.spi;

import dev.kvc.store.KvStore;
import dev.kvc.store.KvStoreProvider;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.StoreUri;
import dev.kvc.store.VerifyOptions;
import dev.kvc.store.VerifyProgress;
import dev.kvc.store.VerifyReport;
import java.io.IOException;

/**
 * A provider of stores of {@link StoredFiles}: to verify one, it is opened, all of its files are read, it is closed.
 */
public interface StoredFilesProvider extends KvStoreProvider {
    @Override
    default VerifyReport verify(StoreUri uri, StoreEnvironment environment, VerifyOptions options) throws IOException {
        try (KvStore store = open(uri, environment)) {
            return StoredFilesVerifier.verify(store, options, VerifyProgress.NONE);
        }
    }
}
