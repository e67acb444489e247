package dev.kvc.s3;

import dev.kvc.store.KvStore;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.StoreUri;
import dev.kvc.store.spi.StoredFilesProvider;
import java.io.IOException;

/**
 * Opens parts of buckets: {@code s3://bucket/prefix?region=eu-central-1}. docs/remote.md has the parameters.
 * Credentials come from where the SDK's default chain finds them, never from the URI.
 */
public final class S3KvStoreProvider implements StoredFilesProvider {
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
}
