package dev.kvc.redis;

import dev.kvc.store.KvStore;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.StoreUri;
import dev.kvc.store.spi.StoredFilesProvider;

/** Opens {@code rediss://host:6379/0?ca-file=/etc/redis/ca.pem}: as {@link RedisKvStoreProvider}, over TLS. */
public final class RedisTlsKvStoreProvider implements StoredFilesProvider {
    /** For {@code ServiceLoader} and injectors. */
    public RedisTlsKvStoreProvider() {}

    @Override
    public String scheme() {
        return "rediss";
    }

    @Override
    public KvStore open(StoreUri uri, StoreEnvironment environment) {
        return RedisKvStore.open(uri, true, environment);
    }
}
