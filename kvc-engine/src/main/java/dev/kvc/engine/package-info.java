/**
 * What an engine calls above a store: resuming, saving beside generation, and when to save.
 *
 * <pre>{@code
 * try (PrefixCache cache = PrefixCache.of(store.in(fingerprint.namespace()))) {
 *     try (Resumption resumption = cache.resume(prompt, gates)) {
 *         ... // restore, or say that it failed and try the next
 *     }
 *     for (Checkpoint checkpoint : planner.prefill(Prefill.of(tokens).resumedAt(reused))) {
 *         ... // compute so far
 *         cache.save(gates.draft()....build());
 *     }
 * }
 * }</pre>
 *
 * <ul>
 *   <li>{@link dev.kvc.engine.PrefixCache}: {@link dev.kvc.engine.Resumption} on the way out,
 *       {@link dev.kvc.engine.SaveHandle} on the way in, and {@link dev.kvc.engine.PrefixCacheStats}, with a
 *       {@link dev.kvc.engine.WriteAccount} for each reason of a save.
 *   <li>{@link dev.kvc.engine.CheckpointPlanner}: when to save, and how much of a {@link dev.kvc.engine.Prefill}: a
 *       {@link dev.kvc.engine.Checkpoint}.
 *   <li>{@link dev.kvc.engine.Gates} and {@link dev.kvc.engine.ModelFingerprint}: what a state depends on.
 *   <li>{@link dev.kvc.engine.TokenText}: for engines that match by tokens.
 * </ul>
 *
 * <p>How it is built: a {@code Resumption} looks up and loads; {@code Saver} has the threads and the bound on bytes in
 * flight, and lets the store read the payload through a {@code CancellableSource}; both count in {@code Counters}.
 */
@NullMarked
package dev.kvc.engine;

import org.jspecify.annotations.NullMarked;
