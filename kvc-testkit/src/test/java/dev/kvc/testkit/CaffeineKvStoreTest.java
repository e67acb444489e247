package dev.kvc.testkit;

import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.memory.CaffeineKvStore;
import java.nio.file.Path;

/** The contract holds for memory. */
class CaffeineKvStoreTest extends KvStoreContract {
    @Override
    protected KvStore open(Path scratch, StoreEnvironment environment) {
        return openWithBudget(scratch, environment, 256L << 20);
    }

    @Override
    protected KvStore openWithBudget(Path scratch, StoreEnvironment environment, long budgetBytes) {
        return CaffeineKvStore.builder()
                .budget(DataSize.ofBytes(budgetBytes))
                .clock(environment.clock())
                .listeners(environment.listeners())
                .build();
    }
}
