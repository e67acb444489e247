package dev.kvc.testkit;

import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.fs.FileSystemKvStore;
import java.io.IOException;
import java.nio.file.Path;

/** The contract holds for a directory. */
@OnDisk
class FileSystemKvStoreTest extends KvStoreContract {
    /** The eviction policy that the directory is run with. */
    String policy() {
        return "lru";
    }

    @Override
    protected KvStore open(Path scratch, StoreEnvironment environment) throws IOException {
        return openWithBudget(scratch, environment, 256L << 20);
    }

    @Override
    protected KvStore openWithBudget(Path scratch, StoreEnvironment environment, long budgetBytes) throws IOException {
        FileSystemKvStore.Builder builder = FileSystemKvStore.builder(scratch.resolve("kvc"))
                .budget(DataSize.ofBytes(budgetBytes))
                .policy(environment.policies().apply(policy()))
                .clock(environment.clock());
        builder.listeners(environment.listeners());
        return builder.open();
    }
}
