package dev.kvc.s3;

import dev.kvc.s3.S3Settings.ClientSettings;
import dev.kvc.store.KvStore;
import dev.kvc.store.Settings;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.StoreUri;
import dev.kvc.testkit.KvStoreContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** The contract holds for a bucket. */
class S3KvStoreTest extends KvStoreContract {
    private final Map<Path, String> buckets = new ConcurrentHashMap<>();

    @Override
    protected KvStore open(Path scratch, StoreEnvironment environment) throws IOException {
        String bucket = buckets.computeIfAbsent(scratch, any -> S3Server.newBucket());
        return S3KvStore.builder(bucket, "test")
                .client(Shared.CLIENT)
                .environment(environment)
                .open();
    }

    private static final class Shared {
        static final S3Client CLIENT = client();

        private static S3Client client() {
            Settings settings = StoreUri.parse(S3Server.uri("", "")).settings();
            ClientSettings read = S3Settings.read(settings).client();
            S3ClientBuilder builder = Clients.builder(read, Clients.timer(read, S3KvStore.Builder::daemon));
            return builder.overrideConfiguration(builder.overrideConfiguration().toBuilder()
                            .addExecutionInterceptor(new AtomicObjects())
                            .build())
                    .build();
        }
    }
}
