package dev.kvc.testkit;

import dev.kvc.store.KvStore;
import dev.kvc.store.StoreEnvironment;
import java.nio.file.Path;

/** The contract holds for a store that implements no more than it must. */
class InMemoryKvStoreTest extends KvStoreContract {
    @Override
    protected KvStore open(Path scratch, StoreEnvironment environment) {
        return new InMemoryKvStore(environment);
    }
}
