/** Snapshots in Redis or Valkey. */
// Lettuce names itself in its manifest, so the name is safe to require.
@SuppressWarnings("requires-automatic")
module dev.kvc.redis {
    requires transitive dev.kvc.store;
    requires dev.kvc.remote;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;
    requires lettuce.core;
    requires static transitive org.jspecify;

    exports dev.kvc.redis;

    provides dev.kvc.store.KvStoreProvider with
            dev.kvc.redis.RedisKvStoreProvider,
            dev.kvc.redis.RedisTlsKvStoreProvider;
}
