package dev.kvc.redis;

import dev.kvc.store.KvStore;
import dev.kvc.store.KvStoreProvider;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.StoreUri;

/** Opens {@code rediss://host:6379/0?ca-file=/etc/redis/ca.pem}: as {@link RedisKvStoreProvider}, over TLS. */
public final class RedisTlsKvStoreProvider implements KvStoreProvider {
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
