/**
 * Several stores in a row, fastest first: memory in front of a directory, a directory in front of a remote store.
 *
 * <pre>{@code
 * KvStore store = TieredKvStore.builder()
 *         .tier(Tier.of(memory))
 *         .tier(Tier.of(disk))
 *         .tier(Tier.of(remote).writeMode(WriteMode.WRITE_BACK).deadline(Duration.ofSeconds(2)))
 *         .build();
 * }</pre>
 *
 * <ul>
 *   <li>{@link dev.kvc.store.tier.TieredKvStore} is the whole, with the interface of each of its parts.
 *   <li>{@link dev.kvc.store.tier.Tier} is a store and its place in it: {@link dev.kvc.store.tier.WriteMode} says how
 *       saves reach it, {@link dev.kvc.store.tier.Promotion} when it takes what was found behind it.
 *   <li>{@link dev.kvc.store.tier.TierStats} is what one tier has counted.
 * </ul>
 *
 * <p>How it is built, for those who change it: {@code TierStack} has the flows of save, load and match over the tiers,
 * {@code GuardedTier} is one tier whose failures are misses, {@code WriteBackQueue} what waits to be written to it,
 * {@link dev.kvc.store.spi.HitForwarder} the hits that it must be told of. {@code PromotionGate}, {@code Flights} and
 * {@code ChangeGuard} decide what is copied up, once, and not after it has gone.
 */
@NullMarked
package dev.kvc.store.tier;

import org.jspecify.annotations.NullMarked;
