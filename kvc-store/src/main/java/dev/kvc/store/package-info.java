/**
 * Saves what an engine computed for a prompt, and finds it again for the next prompt with the same beginning.
 *
 * <p>Where to begin:
 *
 * <pre>{@code
 * try (KvStore store = KvStores.open(uri)) { // such as file:///var/cache/kvc?budget=8GiB
 *     store.save(SnapshotDraft.builder().text(prompt).payload(state).build());
 *     Optional<Snapshot> longest = store.loadLongestPrefix(PrefixQuery.of(nextPrompt));
 *     if (longest.isPresent()) {
 *         try (Snapshot hit = longest.get();
 *                 Mapping mapping = hit.payload().map()) {
 *             mapping.slices().forEach(engine::restore);
 *         }
 *     }
 * }
 * }</pre>
 *
 * <ul>
 *   <li>{@link dev.kvc.store.KvStore} is what every store can do, and what you implement to write one.
 *       {@link dev.kvc.store.KvStores} opens stores by URI through {@link dev.kvc.store.KvStoreProvider}s.
 *   <li>In: {@link dev.kvc.store.SnapshotDraft} with a {@link dev.kvc.store.PayloadSource}, under
 *       {@link dev.kvc.store.SaveOptions}; answered by a {@link dev.kvc.store.SaveResult}.
 *   <li>Out: {@link dev.kvc.store.Snapshot} with a {@link dev.kvc.store.Payload}, by key or as the longest prefix of a
 *       {@link dev.kvc.store.PrefixQuery}, under {@link dev.kvc.store.LoadOptions}.
 *   <li>To wrap a store: {@link dev.kvc.store.ForwardingKvStore}.
 *   <li>About: {@link dev.kvc.store.SnapshotInfo}, {@link dev.kvc.store.PrefixMatch}, {@link dev.kvc.store.StoreStats},
 *       {@link dev.kvc.store.StoreHealth}, {@link dev.kvc.store.StoreListener}.
 *   <li>The stores: {@code dev.kvc.store.fs} (a directory), {@code dev.kvc.store.memory} (Caffeine),
 *       {@code dev.kvc.store.tier} (several in a row), {@link dev.kvc.store.KvStores#resilient}.
 *   <li>For a simulator: {@code dev.kvc.store.trace} writes down what was asked.
 * </ul>
 */
@NullMarked
package dev.kvc.store;

import org.jspecify.annotations.NullMarked;
