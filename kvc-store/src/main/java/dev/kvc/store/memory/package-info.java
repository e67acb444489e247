/**
 * Snapshots in memory: the fast tier in front of a directory, or a cache of its own that a restart empties.
 *
 * <ul>
 *   <li>{@link dev.kvc.store.memory.CaffeineKvStore} holds one copy of each snapshot within a budget and loads it
 *       without copying a byte.
 *   <li>{@link dev.kvc.store.memory.MemoryKvStoreProvider} opens it from {@code memory:?budget=512MiB}.
 * </ul>
 */
@NullMarked
package dev.kvc.store.memory;

import org.jspecify.annotations.NullMarked;
