/**
 * Tests that a store or an eviction policy must pass, whoever wrote it.
 *
 * <p>To test your store, add one class to your tests:
 *
 * <pre>{@code
 * class MyKvStoreTest extends KvStoreContract {
 *     protected KvStore open(Path scratch, StoreEnvironment environment) {
 *         return new MyKvStore(scratch, environment);
 *     }
 * }
 * }</pre>
 *
 * <p>It needs {@code kvc-testkit} in test scope, which brings JUnit Jupiter and AssertJ. Everything random comes from a
 * seed that a failure prints: {@code -Dkvc.seed=} runs it again.
 *
 * <ul>
 *   <li>{@link dev.kvc.testkit.KvStoreContract} is what a {@link dev.kvc.store.KvStore} must do. Tests of what a store
 *       does not claim among its {@linkplain dev.kvc.store.Capability capabilities} are skipped, and say why.
 *   <li>{@link dev.kvc.testkit.ManualClock} is the clock that the contract hands to the store: of use in tests of your
 *       own.
 * </ul>
 */
@NullMarked
package dev.kvc.testkit;

import org.jspecify.annotations.NullMarked;
