package dev.kvc.s3;

import dev.kvc.store.KvStore;
import dev.kvc.store.KvStoreProvider;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.StoreUri;
import dev.kvc.store.VerifyOptions;
import dev.kvc.store.VerifyProgress;
import dev.kvc.store.VerifyReport;
import dev.kvc.store.spi.StoredFilesVerifier;
import java.io.IOException;

/**
 * Opens parts of buckets: {@code s3://bucket/prefix?region=eu-central-1}. docs/remote.md has the parameters.
 * Credentials come from where the SDK's default chain finds them, never from the URI.
 */
public final class S3KvStoreProvider implements KvStoreProvider {
    /** A provider; it has no state. */
    public S3KvStoreProvider() {}

    @Override
    public String scheme() {
        return "s3";
    }

    @Override
    public KvStore open(StoreUri uri, StoreEnvironment environment) throws IOException {
        return new S3KvStore.Builder(S3Location.of(uri))
                .environment(environment)
                .settings(uri.settings())
                .open();
    }

    @Override
    public VerifyReport verify(StoreUri uri, StoreEnvironment environment, VerifyOptions options) throws IOException {
        try (KvStore store = open(uri, environment)) {
            return StoredFilesVerifier.verify(store, options, VerifyProgress.NONE);
        }
    }
}
