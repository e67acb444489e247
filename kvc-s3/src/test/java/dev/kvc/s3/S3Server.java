package dev.kvc.s3;

import com.adobe.testing.s3mock.S3MockApplication;
import dev.kvc.store.KvStore;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.StoreUri;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The S3 server of all tests, in their own process, with a bucket. Where it cannot be started the tests are skipped,
 * and say why, unless the environment has {@code KVC_REQUIRE_SERVERS=1}.
 */
final class S3Server {
    static final String BUCKET = "bucket";

    private static final AtomicInteger PREFIXES = new AtomicInteger();
    private static final AtomicInteger BUCKETS = new AtomicInteger();

    private S3Server() {}

    /** Starts it when it is first asked for; it ends with the process. */
    private static final class Running {
        static final String FAILURE;
        static final int PORT;
        static final S3Client CLIENT;

        static {
            int port = 0;
            String failure = "";
            S3Client client = null;
            try {
                port = start();
                client = newClient(URI.create("http://127.0.0.1:" + port));
                client.createBucket(bucket -> bucket.bucket(BUCKET));
            } catch (IOException | RuntimeException | LinkageError e) {
                failure = e.toString();
            }
            FAILURE = failure;
            PORT = port;
            CLIENT = client;
        }

        @SuppressWarnings("deprecation") // in process it is for tests, and this is one
        private static int start() throws IOException {
            Path root = Files.createTempDirectory("kvc-s3");
            Map<String, Object> properties = new HashMap<>();
            properties.put(S3MockApplication.PROP_HTTP_PORT, "0");
            properties.put(S3MockApplication.PROP_HTTPS_PORT, "0");
            properties.put(S3MockApplication.PROP_SILENT, "true");
            properties.put("server.shutdown", "immediate");
            properties.put("com.adobe.testing.s3mock.store.root", root.toString());
            return S3MockApplication.start(properties).getHttpPort();
        }
    }

    private static void require() {
        if (!Running.FAILURE.isEmpty()) {
            String reason = "no S3 server could be started: " + Running.FAILURE;
            if ("1".equals(System.getenv("KVC_REQUIRE_SERVERS"))) {
                throw new AssertionError(reason);
            }
            Assumptions.abort(reason);
        }
    }

    static InetSocketAddress address() {
        require();
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Running.PORT);
    }

    static URI endpoint() {
        require();
        return URI.create("http://127.0.0.1:" + Running.PORT);
    }

    /** A client that sees what a store has put there. */
    static S3Client client() {
        require();
        return Running.CLIENT;
    }

    static S3Client newClient(URI endpoint, ExecutionInterceptor... interceptors) {
        return S3Client.builder()
                .endpointOverride(endpoint)
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .overrideConfiguration(override -> override.executionInterceptors(List.of(interceptors)))
                .build();
    }

    /** Makes an empty bucket: whatever one holds, the server reads a list of it at each request. */
    static String newBucket() {
        String name = BUCKET + "-" + BUCKETS.incrementAndGet();
        client().createBucket(bucket -> bucket.bucket(name));
        return name;
    }

    /** A prefix that no other test has. */
    static String newPrefix() {
        return "test-" + PREFIXES.incrementAndGet();
    }

    static String uri(String prefix, String parameters) {
        return uri(endpoint(), prefix, parameters);
    }

    static String uri(URI endpoint, String prefix, String parameters) {
        return "s3://" + BUCKET + "/" + prefix + "?endpoint=" + endpoint + parameters;
    }

    static KvStore open(String uri, StoreEnvironment environment) throws IOException {
        return new S3KvStoreProvider().open(StoreUri.parse(uri), environment);
    }
}
