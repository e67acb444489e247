package dev.kvc.eviction;

/**
 * Makes policies of one kind, one for each store.
 *
 * <p>Factories are found by name: those in {@link EvictionPolicies}, those announced through
 * {@code java.util.ServiceLoader}, and those that an application binds in its injector. Implementations are safe to use
 * from any thread.
 */
public interface EvictionPolicyFactory {
    /** The name that settings use: lower-case letters, digits and {@code -}. */
    String name();

    /** A new policy that knows no snapshot yet. */
    EvictionPolicy create();
}
