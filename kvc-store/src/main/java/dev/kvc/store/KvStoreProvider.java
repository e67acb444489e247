package dev.kvc.store;

import java.io.IOException;

/**
 * Opens stores of one kind from URIs. Found by scheme: through {@code java.util.ServiceLoader}, or bound in an
 * application's injector. Implementations are safe to use from any thread.
 */
public interface KvStoreProvider {
    /** The URI scheme, lower case, such as {@code file}. */
    String scheme();

    /**
     * Opens a store. The caller closes it.
     *
     * @throws IllegalArgumentException if the location or a parameter is wrong; all of them are named
     * @throws IOException if the store cannot be opened
     */
    KvStore open(StoreUri uri, StoreEnvironment environment) throws IOException;

    /**
     * Verifies what the store of this URI holds, without opening it.
     *
     * @throws UnsupportedOperationException if stores of this kind cannot be verified: by default
     * @throws IllegalArgumentException if the location or a parameter is wrong; all of them are named
     * @throws IOException if the store cannot be read, or what is to be mended cannot be
     */
    default VerifyReport verify(StoreUri uri, StoreEnvironment environment, VerifyOptions options) throws IOException {
        throw new UnsupportedOperationException("stores of the scheme \"" + scheme() + "\" cannot be verified");
    }
}
