package dev.kvc.guice;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.store.KvStore;
import dev.kvc.store.KvStoreProvider;
import dev.kvc.store.KvStores;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.StoreListener;
import dev.kvc.store.StoreUri;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an injector gives to the stores it opens. What is bound comes before what {@code ServiceLoader} finds under the
 * same name, and the name it is bound under is the one that counts.
 */
final class Plugs {
    private final InstantSource clock;
    private final Map<String, EvictionPolicyFactory> boundPolicies;
    private final EvictionPolicies installedPolicies = EvictionPolicies.load();
    private final TreeMap<String, KvStoreProvider> providers = new TreeMap<>();
    private final List<StoreListener> listeners;

    Plugs(
            InstantSource clock,
            Map<String, EvictionPolicyFactory> policies,
            Map<String, KvStoreProvider> providers,
            Set<StoreListener> listeners) {
        this.clock = clock;
        this.boundPolicies = policies;
        this.listeners = List.copyOf(listeners);
        KvStores.installedProviders().forEach(provider -> this.providers.put(provider.scheme(), provider));
        this.providers.putAll(providers);
    }

    StoreEnvironment environment() {
        return new StoreEnvironment(clock, this::policy, listeners);
    }

    /** Opens a store by its URI. */
    KvStore open(StoreUri uri) throws IOException {
        KvStoreProvider provider = providers.get(uri.scheme());
        if (provider == null) {
            throw new IllegalArgumentException("no store provider for scheme \"" + uri.scheme() + "\" of " + uri
                    + "; there are " + String.join(", ", providers.keySet()));
        }
        return provider.open(uri, environment());
    }

    private EvictionPolicyFactory policy(String name) {
        EvictionPolicyFactory bound = boundPolicies.get(name);
        if (bound != null) {
            return bound;
        }
        try {
            return installedPolicies.byName(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    e.getMessage() + "; bound are " + new TreeSet<>(boundPolicies.keySet()), e);
        }
    }
}
