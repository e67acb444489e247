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
 * <p>An eviction policy is tested likewise, by a class that says how its factory is made:
 *
 * <pre>{@code
 * class MyPolicyTest extends EvictionPolicyContract {
 *     protected EvictionPolicyFactory factory() {
 *         return new MyPolicyFactory();
 *     }
 * }
 * }</pre>
 *
 * <p>Either needs {@code kvc-testkit} in test scope, which brings JUnit Jupiter and AssertJ. Everything random comes
 * from a seed that a failure prints: {@code -Dkvc.seed=} runs it again.
 *
 * <ul>
 *   <li>{@link dev.kvc.testkit.KvStoreContract} is what a {@link dev.kvc.store.KvStore} must do. Tests of what a store
 *       does not claim among its {@linkplain dev.kvc.store.Capability capabilities} are skipped, and say why.
 *   <li>{@link dev.kvc.testkit.EvictionPolicyContract} is what an {@link dev.kvc.eviction.EvictionPolicy} must do:
 *       which snapshots it names and that it names them the same way each time, not in which order.
 *   <li>{@link dev.kvc.testkit.FaultyProxy} is a network that fails on purpose, for stores over one.
 *   <li>{@link dev.kvc.testkit.ManualClock} is the clock that the contract hands to the store: of use in tests of your
 *       own.
 * </ul>
 */
@NullMarked
package dev.kvc.testkit;

import org.jspecify.annotations.NullMarked;
