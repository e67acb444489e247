package dev.kvc.guice;

import dev.kvc.store.DataSize;
import dev.kvc.store.Durability;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * Configures one cache of a {@link KvcModule}: memory, a directory, further stores, or several of them, which then are
 * tiers in this order. At least one is needed. Each method but {@link #store} is called at most once; nothing throws
 * here, everything that is wrong is reported when the injector is made.
 */
public final class CacheBuilder {
    private final String cache;
    private final ConfigReader reader;
    private final StringBuilder stores = new StringBuilder();

    CacheBuilder(String cache, ConfigReader reader) {
        this.cache = cache;
        this.reader = reader;
    }

    /** Keeps snapshots in memory: {@code memory.budget}, above 0. */
    public CacheBuilder memory(DataSize budget) {
        return put(CacheSetting.MEMORY_BUDGET, budget.toString());
    }

    /** The largest snapshot that memory takes: {@code memory.max-entry}, above 0 and at most the budget. */
    public CacheBuilder memoryMaxEntry(DataSize bytes) {
        return put(CacheSetting.MEMORY_MAX_ENTRY, bytes.toString());
    }

    /**
     * Keeps snapshots in a directory: {@code disk.dir} and {@code disk.budget}.
     *
     * @param directory of any file system; made when the cache is first used
     * @param budget above 0, and raised to at least 64 MiB
     */
    public CacheBuilder disk(Path directory, DataSize budget) {
        reader.putDirectory(cache, directory);
        return put(CacheSetting.DISK_BUDGET, budget.toString());
    }

    /** The eviction policy of the directory, by the name under which it is installed or bound: {@code policy}. */
    public CacheBuilder policy(String name) {
        return put(CacheSetting.POLICY, name);
    }

    /** What stays free on the directory's file system: {@code disk.min-free}. */
    public CacheBuilder minFreeSpace(DataSize bytes) {
        return put(CacheSetting.DISK_MIN_FREE, bytes.toString());
    }

    /** The age at which the directory gives up a snapshot: {@code disk.max-age}, above 0. */
    public CacheBuilder maxAge(Duration age) {
        return put(CacheSetting.DISK_MAX_AGE, age.toString());
    }

    /** The time without a hit after which it does: {@code disk.max-idle}, above 0. */
    public CacheBuilder maxIdle(Duration time) {
        return put(CacheSetting.DISK_MAX_IDLE, time.toString());
    }

    /** The share of its budget that the directory frees beyond the need, 0 to 0.5: {@code disk.low-watermark}. */
    public CacheBuilder lowWatermark(double share) {
        return put(CacheSetting.DISK_LOW_WATERMARK, Double.toString(share));
    }

    /** The share of its budget that pins hold at most, 0 to 1: {@code disk.max-pinned}. */
    public CacheBuilder maxPinned(double share) {
        return put(CacheSetting.DISK_MAX_PINNED, Double.toString(share));
    }

    /** The tokens that a snapshot must cover to be saved in the directory, 0 to 2^32-1: {@code disk.min-tokens}. */
    public CacheBuilder minTokens(long tokens) {
        return put(CacheSetting.DISK_MIN_TOKENS, Long.toString(tokens));
    }

    /** Bytes that saves may write to the directory within 24 hours, above 0: {@code disk.max-writes-per-day}. */
    public CacheBuilder maxWritesPerDay(DataSize bytes) {
        return put(CacheSetting.DISK_MAX_WRITES_PER_DAY, bytes.toString());
    }

    /** What a save to the directory waits for: {@code disk.durability}. */
    public CacheBuilder durability(Durability durability) {
        return put(
                CacheSetting.DISK_DURABILITY,
                durability.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    /** The size from which on files bypass the page cache: {@code disk.past-cache}. */
    public CacheBuilder pastCache(DataSize bytes) {
        return put(CacheSetting.DISK_PAST_CACHE, bytes.toString());
    }

    /** The longest text of a snapshot in the directory, up to 2^31-9 bytes: {@code disk.max-text}. */
    public CacheBuilder maxText(DataSize bytes) {
        return put(CacheSetting.DISK_MAX_TEXT, bytes.toString());
    }

    /** The threads that share the work on a large payload in the directory, 1 to 64: {@code disk.read-threads}. */
    public CacheBuilder readThreads(int threads) {
        return put(CacheSetting.DISK_READ_THREADS, Integer.toString(threads));
    }

    /**
     * Adds a store behind memory, the directory and the stores added before: {@code stores}.
     *
     * @param uri such as {@code s3://bucket/kvc}; a provider of its scheme must be installed or bound
     */
    public CacheBuilder store(String uri) {
        stores.append(stores.isEmpty() ? "" : " ").append(uri);
        return this;
    }

    /** Whether saves to stores over a network are queued, and written later: {@code remote.write-back}. */
    public CacheBuilder remoteWriteBack(boolean value) {
        return put(CacheSetting.REMOTE_WRITE_BACK, Boolean.toString(value));
    }

    /** The tokens that a snapshot must cover to go there when it is saved, 0 to 2^32-1: {@code remote.min-tokens}. */
    public CacheBuilder remoteMinTokens(long tokens) {
        return put(CacheSetting.REMOTE_MIN_TOKENS, Long.toString(tokens));
    }

    /** Lets snapshots of fewer tokens go there at their second hit: {@code remote.on-second-hit=true}. */
    public CacheBuilder remoteOnSecondHit() {
        return put(CacheSetting.REMOTE_ON_SECOND_HIT, "true");
    }

    /** How long a lookup there may take before it is a miss, above 0: {@code remote.deadline}. */
    public CacheBuilder remoteDeadline(Duration time) {
        return put(CacheSetting.REMOTE_DEADLINE, time.toString());
    }

    /** How long a save there may take before it fails, above 0: {@code remote.save-deadline}. */
    public CacheBuilder remoteSaveDeadline(Duration time) {
        return put(CacheSetting.REMOTE_SAVE_DEADLINE, time.toString());
    }

    /** Makes the cache's failures misses: {@code resilient=true}. See {@link dev.kvc.store.KvStores#resilient}. */
    public CacheBuilder resilient() {
        return put(CacheSetting.RESILIENT, "true");
    }

    /** Writes what was gathered over several calls. */
    void finish() {
        if (!stores.isEmpty()) {
            put(CacheSetting.STORES, stores.toString());
        }
    }

    private CacheBuilder put(CacheSetting setting, String value) {
        reader.put(cache, setting, value);
        return this;
    }
}
