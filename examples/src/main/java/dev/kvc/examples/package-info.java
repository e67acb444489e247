/**
 * Small runnable programs, each one file with one idea. In the order in which a newcomer may read them:
 *
 * <ul>
 *   <li>{@link dev.kvc.examples.PlainStore}: save a state in a directory, open it again, resume a longer prompt from
 *       it, reject what the engine cannot use.
 *   <li>{@link dev.kvc.examples.TieredCache}: memory in front of the directory; what goes where, and when it comes
 *       back.
 *   <li>{@link dev.kvc.examples.GuiceCaches}: two named caches, from code and from properties, injected into a service.
 *   <li>{@link dev.kvc.examples.CachedEngine}: an engine with one slot, and the cache that lets sessions take turns in
 *       it; {@code docs/engines.md} goes through it.
 *   <li>{@link dev.kvc.examples.OwnPolicy}: an eviction policy of one's own.
 *   <li>{@link dev.kvc.examples.OwnStore}: a store of one's own.
 *   <li>{@code dev.kvc.examples.demo}: all of it with a real, if small, {@code dev.kvc.examples.transformer}; what
 *       {@code ./kvc demo} runs.
 *   <li>{@code examples/llama-cpp}, a module of its own: llama.cpp, killed and resumed; what {@code ./kvc llama} runs.
 * </ul>
 *
 * <p>The tests of {@code OwnPolicy} and {@code OwnStore} in {@code src/test} show how the contracts of kvc-testkit
 * prove such parts.
 *
 * <p>{@code mvn -pl examples -am package -DskipTests} builds them; the Javadoc of each says how to run it. Those that
 * write files take an empty directory as their argument, and without one use a temporary one that they delete.
 */
@NullMarked
package dev.kvc.examples;

import org.jspecify.annotations.NullMarked;
