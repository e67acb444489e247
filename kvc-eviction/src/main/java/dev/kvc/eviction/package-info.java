/**
 * Which snapshots a full store gives up.
 *
 * <ul>
 *   <li>{@link dev.kvc.eviction.EvictionPolicy} is told what a store holds, as
 *       {@link dev.kvc.eviction.SnapshotMetadata}, and names victims for an {@link dev.kvc.eviction.EvictionContext}.
 *       It decides the order; the store decides how many, and what is off limits.
 *   <li>{@link dev.kvc.eviction.LruPolicy}, {@link dev.kvc.eviction.LfuPolicy}, {@link dev.kvc.eviction.S3FifoPolicy},
 *       {@link dev.kvc.eviction.SievePolicy}, {@link dev.kvc.eviction.SizeWeightedPolicy},
 *       {@link dev.kvc.eviction.Ds4Policy} and {@link dev.kvc.eviction.PrefixAwarePolicy} come with KVC;
 *       {@link dev.kvc.eviction.EvictionPolicy#protecting} narrows any of them.
 *   <li>{@link dev.kvc.eviction.EvictionPolicies} finds them and yours by name; an
 *       {@link dev.kvc.eviction.EvictionPolicyFactory} is what you announce through {@code ServiceLoader} or bind in an
 *       injector.
 * </ul>
 */
@NullMarked
package dev.kvc.eviction;

import org.jspecify.annotations.NullMarked;
