/**
 * Snapshots in Redis (6.2 or newer) or Valkey: one server, Sentinel or Cluster. A store for the last tier, which a
 * fleet of engines shares.
 *
 * <pre>{@code
 * KvStore shared = KvStores.open("redis://cache.example:6379/0?prefix=llama&ttl=7d");
 * }</pre>
 *
 * <ul>
 *   <li>{@link dev.kvc.redis.RedisKvStore} is the store, and says how a snapshot lies in Redis and what each setting
 *       is.
 *   <li>{@link dev.kvc.redis.RedisKvStoreProvider} opens {@code redis:} URIs,
 *       {@link dev.kvc.redis.RedisTlsKvStoreProvider} {@code rediss:} ones, over TLS.
 * </ul>
 *
 * <p>How it is built, for those who change it: {@code RedisStore} has the flows of save, load and match;
 * {@code Manifest} is what stands for a snapshot, {@code PartLayout} where its bytes lie, {@code PartReader} fetches
 * them; {@code Catalog} is the index of a namespace and mends itself; {@code Scripts} are what Redis does in one step;
 * {@code Link} is several connections, and what goes over them.
 */
@NullMarked
package dev.kvc.redis;

import org.jspecify.annotations.NullMarked;
