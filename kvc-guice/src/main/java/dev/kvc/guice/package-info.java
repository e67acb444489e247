/**
 * Wires caches with Guice.
 *
 * <pre>{@code
 * Injector injector = Guice.createInjector(KvcModule.builder()
 *         .cache(cache -> cache.memory(DataSize.ofMebibytes(512)).disk(directory, DataSize.ofGibibytes(8)))
 *         .cache("agents", cache -> cache.disk(agents, DataSize.ofGibibytes(2)).policy("ds4"))
 *         .build());
 * try (KvcCaches caches = injector.getInstance(KvcCaches.class)) {
 *     KvStore store = caches.get(KvcCaches.DEFAULT);
 *     store.save(SnapshotDraft.builder().text(prompt).payload(state).build());
 *     try (Snapshot hit = store.loadLongestPrefix(PrefixQuery.of(nextPrompt)).orElseThrow()) {
 *         resume(hit.payload());
 *     }
 * }
 * }</pre>
 *
 * <ul>
 *   <li>{@link dev.kvc.guice.KvcModule} is what an application installs: one cache, bound to {@code KvStore}, or
 *       several, each bound to {@code @Named("…") KvStore}. Its page has the table of settings, which are the same from
 *       code and from {@code Properties}; its static methods are where policies, providers of stores, listeners and a
 *       clock are bound.
 *   <li>{@link dev.kvc.guice.CacheBuilder} configures one cache from code: memory, a directory, stores behind them.
 *   <li>{@link dev.kvc.guice.KvcCaches} is what an application injects where it stops: it closes what was opened.
 * </ul>
 *
 * <p>How it is built, for those who change it: {@code CacheSetting} is the table; {@code ConfigReader} collects values
 * and finds everything that is wrong with them; {@code CacheConfig} is one cache as it came through.
 * {@code CacheModule} binds one privately, {@code CacheOpener} opens it with what {@code Plugs} found bound,
 * {@code Openings} remembers it for {@code KvcCaches}; {@code SharedModule} binds what all of them use. Configuring
 * touches no file: stores are opened when they are first injected, or all at once in {@code Stage.PRODUCTION}.
 */
@NullMarked
package dev.kvc.guice;

import org.jspecify.annotations.NullMarked;
