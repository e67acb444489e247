package dev.kvc.testkit;

import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import dev.kvc.store.StoreEnvironment;
import java.io.IOException;
import java.nio.file.Path;

/** The contract holds for a directory whose failures are misses. */
class ResilientKvStoreTest extends FileSystemKvStoreTest {
    @Override
    protected KvStore openWithBudget(Path scratch, StoreEnvironment environment, long budgetBytes) throws IOException {
        return KvStores.resilient(super.openWithBudget(scratch, environment, budgetBytes));
    }
}
