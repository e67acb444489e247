package dev.kvc.redis;

import dev.kvc.store.KvStore;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.StoreUri;
import dev.kvc.store.spi.StoredFilesProvider;

/** Opens {@code redis://host:6379/0?ttl=7d}: one server, or Sentinel or Cluster with {@code mode}. */
public final class RedisKvStoreProvider implements StoredFilesProvider {
    /** For {@code ServiceLoader} and injectors. */
    public RedisKvStoreProvider() {}

    @Override
    public String scheme() {
        return "redis";
    }

    @Override
    public KvStore open(StoreUri uri, StoreEnvironment environment) {
        return RedisKvStore.open(uri, false, environment);
    }
}
