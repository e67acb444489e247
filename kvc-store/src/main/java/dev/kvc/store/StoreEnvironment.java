package dev.kvc.store;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.eviction.EvictionPolicyFactory;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;

/**
 * What a store needs from the application that opens it and that no URI can carry.
 *
 * @param clock the time
 * @param policies finds an eviction policy by its name; throws {@code IllegalArgumentException} for one it does not
 *     know
 * @param listeners are told what the store does
 */
public record StoreEnvironment(
        InstantSource clock, Function<String, EvictionPolicyFactory> policies, List<StoreListener> listeners) {
    /** Copies the listeners. */
    public StoreEnvironment {
        listeners = List.copyOf(listeners);
    }

    /** The system's clock, the policies that ServiceLoader finds, no listener. */
    public static StoreEnvironment system() {
        return new StoreEnvironment(InstantSource.system(), EvictionPolicies.load()::byName, List.of());
    }
}
