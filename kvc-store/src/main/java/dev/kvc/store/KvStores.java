package dev.kvc.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** Opens stores by URI, and wraps them. */
public final class KvStores {
    private KvStores() {}

    /**
     * Opens a store with the providers that {@code ServiceLoader} finds, the system's clock and no listener. The caller
     * closes it.
     *
     * @param uri such as {@code file:///var/cache/kvc?budget=8GiB&policy=lru} or {@code memory:?budget=512MiB}
     * @throws IllegalArgumentException if the URI, or a parameter in it, is wrong, or no provider has its scheme
     * @throws IOException if the store cannot be opened
     */
    public static KvStore open(String uri) throws IOException {
        return open(uri, StoreEnvironment.system(), installedProviders());
    }

    /** {@link #open(String)} with the application's own environment and providers. */
    public static KvStore open(String uri, StoreEnvironment environment, List<KvStoreProvider> providers)
            throws IOException {
        StoreUri parsed = StoreUri.parse(uri);
        return provider(parsed, providers).open(parsed, environment);
    }

    /**
     * Reads everything that a store holds, checks lengths, names and checksums, and says what is not in order; changes
     * nothing unless asked. The store may be open meanwhile, here or in other processes.
     *
     * @param uri such as {@code file:///var/cache/kvc} or {@code s3://bucket/prefix}
     * @throws UnsupportedOperationException if stores of this kind cannot be verified
     * @throws IllegalArgumentException if the URI, or a parameter in it, is wrong, or no provider has its scheme
     * @throws IOException if the store cannot be read, or what is to be mended cannot be
     */
    public static VerifyReport verify(String uri, VerifyOptions options) throws IOException {
        StoreUri parsed = StoreUri.parse(uri);
        return provider(parsed, installedProviders()).verify(parsed, StoreEnvironment.system(), options);
    }

    private static KvStoreProvider provider(StoreUri uri, List<KvStoreProvider> providers) {
        TreeMap<String, KvStoreProvider> byScheme = new TreeMap<>();
        for (KvStoreProvider provider : providers) {
            KvStoreProvider other = byScheme.putIfAbsent(provider.scheme(), provider);
            if (other != null) {
                throw new IllegalArgumentException("two providers have the scheme " + provider.scheme() + ": "
                        + other.getClass().getName() + " and "
                        + provider.getClass().getName());
            }
        }
        KvStoreProvider provider = byScheme.get(uri.scheme());
        if (provider == null) {
            throw new IllegalArgumentException("no store provider for scheme \"" + uri.scheme() + "\" of " + uri
                    + "; there are " + String.join(", ", byScheme.keySet()));
        }
        return provider;
    }

    /** The providers that {@code ServiceLoader} finds, in its order. */
    public static List<KvStoreProvider> installedProviders() {
        List<KvStoreProvider> providers = new ArrayList<>();
        ServiceLoader.load(KvStoreProvider.class, KvStores.class.getClassLoader())
                .forEach(providers::add);
        return providers;
    }

    /**
     * The same store, whose failures are misses: a load that throws {@code IOException} finds nothing, a save that
     * throws is {@link SaveResult.Outcome#FAILED}. Failures are counted, logged, and told to nobody else. Closing it
     * closes {@code store}.
     */
    public static KvStore resilient(KvStore store) {
        return new ResilientKvStore(store);
    }
}
