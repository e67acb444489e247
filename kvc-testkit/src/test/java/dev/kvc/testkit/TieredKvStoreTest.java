package dev.kvc.testkit;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.StoreListener;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.memory.CaffeineKvStore;
import dev.kvc.store.tier.Promotion;
import dev.kvc.store.tier.Tier;
import dev.kvc.store.tier.TieredKvStore;
import java.io.IOException;
import java.nio.file.Path;

/** The contract holds for memory in front of a directory. */
class TieredKvStoreTest extends KvStoreContract {
    private static final long AMPLE = 256L << 20;

    /** What the budget of the whole is, the directory's: so the memory of those tests lets everything pass by. */
    private static final long NOTHING = 1;

    @Override
    protected KvStore open(Path scratch, StoreEnvironment environment) throws IOException {
        return open(scratch, environment, AMPLE, AMPLE);
    }

    @Override
    protected KvStore openWithBudget(Path scratch, StoreEnvironment environment, long budgetBytes) throws IOException {
        return open(scratch, environment, NOTHING, budgetBytes);
    }

    private KvStore open(Path scratch, StoreEnvironment environment, long memoryBytes, long diskBytes)
            throws IOException {
        KvStore memory = CaffeineKvStore.builder()
                .budget(DataSize.ofBytes(memoryBytes))
                .clock(environment.clock())
                .build();
        KvStore disk = FileSystemKvStore.builder(scratch.resolve("kvc"))
                .budget(DataSize.ofBytes(diskBytes))
                .clock(environment.clock())
                .listeners(environment.listeners().stream().map(LossesOnly::new).toList())
                .open();
        return stack(
                memory, disk, TieredKvStore.builder().clock(environment.clock()).listeners(environment.listeners()));
    }

    KvStore stack(KvStore memory, KvStore disk, TieredKvStore.Builder builder) {
        return builder.tier(Tier.of(memory).promotion(Promotion.onFirstHit()))
                .tier(Tier.of(disk))
                .build();
    }

    /** Tells of what leaves a tier, and not of saves and loads, of which the whole tells. */
    private record LossesOnly(StoreListener listener) implements StoreListener {
        @Override
        public void evicted(SnapshotInfo snapshot) {
            listener.evicted(snapshot);
        }

        @Override
        public void setAside(SnapshotId id, IOException cause) {
            listener.setAside(id, cause);
        }
    }
}
