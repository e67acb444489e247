package dev.kvc.bench.jmh;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.DataSize;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.memory.CaffeineKvStore;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A hit in the memory store, against the get of the Caffeine cache that it is made of. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MemoryHitBenchmark {
    private static final int ENTRIES = 1 << 10;

    private final KvcKey[] keys = new KvcKey[ENTRIES];
    private CaffeineKvStore store = newStore();
    private Cache<SnapshotId, byte[]> cache = newCache();
    private int next;

    private static CaffeineKvStore newStore() {
        return CaffeineKvStore.builder().budget(DataSize.ofMebibytes(256)).build();
    }

    private static Cache<SnapshotId, byte[]> newCache() {
        return Caffeine.newBuilder()
                .maximumWeight(1 << 20)
                .weigher((SnapshotId id, byte[] value) -> value.length >> 10)
                .executor(Runnable::run)
                .build();
    }

    /** Fills both with the same. */
    @Setup
    public void fill() throws IOException {
        byte[] payload = new byte[64 << 10];
        for (int i = 0; i < ENTRIES; i++) {
            SnapshotDraft draft = SnapshotDraft.builder()
                    .text("snapshot " + i)
                    .payload(payload)
                    .build();
            keys[i] = draft.textKey();
            store.save(draft);
            cache.put(new SnapshotId(Namespace.DEFAULT, keys[i]), payload);
        }
    }

    /** Empties both. */
    @TearDown
    public void close() {
        store.close();
        store = newStore();
        cache = newCache();
    }

    private KvcKey key() {
        return keys[next++ & (ENTRIES - 1)];
    }

    /** What it cannot be faster than. */
    @Benchmark
    public @Nullable Object caffeineGet() {
        return cache.getIfPresent(new SnapshotId(Namespace.DEFAULT, key()));
    }

    /** A load with its hit counted. */
    @Benchmark
    public Object kvcLoad() throws IOException {
        return store.load(key()).orElseThrow();
    }
}
