package dev.kvc.testkit;

/**
 * What every {@link dev.kvc.store.KvStore} must do, as tests. Who writes a store adds one class that extends this one
 * and says how to open it:
 *
 * <pre>{@code
 * class MyKvStoreTest extends KvStoreContract {
 *     protected KvStore open(Path scratch, StoreEnvironment environment) {
 *         return new MyKvStore(scratch, environment);
 *     }
 * }
 * }</pre>
 *
 * <ul>
 *   <li>{@code open} gives a new, empty store for each test. It must use the environment's clock, which stands still,
 *       and tell its listeners.
 *   <li>{@code openWithBudget} gives one of a small budget; without it the tests of budget and pins are skipped.
 *   <li>{@code reopen} gives a store that finds what another one left; by default it is {@code open}.
 *   <li>{@code snapshotsOutliveTheirRemoval} is overridden by a store that cannot keep that promise.
 * </ul>
 *
 * <p>A test of something that is not among the store's {@linkplain dev.kvc.store.KvStore#capabilities capabilities} is
 * skipped. A test whose name begins with {@code u} and a number is a scenario that users of such caches reported. A
 * failure prints the seed of its random numbers; {@code -Dkvc.seed=} runs it again with the same.
 *
 * <p>A test expects no more than the interface promises: a save may be queued, a source that fails may end in an
 * exception or an outcome, and which snapshot is evicted is the policy's choice.
 */
public abstract class KvStoreContract extends RandomContract {
    /** For subclasses. */
    protected KvStoreContract() {}
}
