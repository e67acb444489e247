package dev.kvc.engine;

import dev.kvc.store.KvStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A store and a cache on it, which end with the test that opens them. */
abstract class CacheFixture {
    @TempDir
    Path directory;

    KvStore store;
    PrefixCache cache;

    final void open(Stores stores) throws IOException {
        open(stores, settings -> settings);
    }

    final void open(Stores stores, UnaryOperator<PrefixCache.Builder> settings) throws IOException {
        store = stores.open(directory);
        cache = settings.apply(PrefixCache.builder(store)).build();
    }

    @AfterEach
    void close() throws IOException {
        if (cache != null) {
            cache.close();
        }
        if (store != null) {
            store.close();
        }
    }
}
