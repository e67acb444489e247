package dev.kvc.cli;

import com.adobe.testing.s3mock.S3MockApplication;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * Servers of stores over a network, one of each kind for all tests: Redis as a process, S3 in this one. Where one
 * cannot be had the tests are skipped, and say why, unless the environment has {@code KVC_REQUIRE_SERVERS}.
 */
final class Servers {
    static final String BUCKET = "bucket";

    private static final int ANSWER_MILLIS = 60_000;
    private static final String REQUIRED = "KVC_REQUIRE_SERVERS";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Servers() {}

    /** A server that is started when it is first asked for, and ends with this process. */
    private record Server(int port, String failure) {
        static Server start(Starting starting) {
            try {
                return new Server(starting.start(), "");
            } catch (IOException | RuntimeException | LinkageError e) {
                return new Server(0, e.toString());
            }
        }

        int required(String name) {
            String reason = "no " + name + " could be started: " + failure;
            if (!failure.isEmpty() && System.getenv(REQUIRED) != null) {
                throw new AssertionError(reason);
            }
            Assumptions.assumeTrue(failure.isEmpty(), reason);
            return port;
        }
    }

    /** Starts a server, and gives its port. */
    private interface Starting {
        int start() throws IOException;
    }

    private static final class Redis {
        static final Server SERVER = Server.start(Redis::start);

        private static int start() throws IOException {
            int port = freePort();
            List<String> command = List.of("redis-server", "--bind", "127.0.0.1", "--save", "", "--port", "" + port);
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .directory(Files.createTempDirectory("kvc-redis").toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String line = output.readLine();
            while (line != null && !line.contains("Ready to accept connections")) {
                line = output.readLine();
            }
            if (line == null) {
                throw new IOException("redis-server ended before it was ready");
            }
            return port;
        }

        private static int freePort() throws IOException {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            }
        }
    }

    private static final class S3 {
        static final Server SERVER = Server.start(S3::start);

        @SuppressWarnings("deprecation") // in process it is for tests, and this is one
        private static int start() throws IOException {
            Path root = Files.createTempDirectory("kvc-s3");
            int port = S3MockApplication.start(new HashMap<>(Map.of( // it writes into it
                            S3MockApplication.PROP_HTTP_PORT,
                            "0",
                            S3MockApplication.PROP_HTTPS_PORT,
                            "0",
                            S3MockApplication.PROP_SILENT,
                            "true",
                            "server.shutdown",
                            "immediate",
                            "com.adobe.testing.s3mock.store.root",
                            root.toString())))
                    .getHttpPort();
            send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/" + BUCKET))
                    .PUT(HttpRequest.BodyPublishers.noBody()));
            return port;
        }
    }

    static int redisPort() {
        return Redis.SERVER.required("redis-server");
    }

    /** Sends one command to Redis as words, and gives the lines of its answer. */
    static List<String> redis(int answerLines, String... words) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redisPort())) {
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.getOutputStream().write((String.join(" ", words) + "\r\n").getBytes(StandardCharsets.UTF_8));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .lines()
                    .limit(answerLines)
                    .toList();
        }
    }

    static String s3Endpoint() {
        return "http://127.0.0.1:" + S3.SERVER.required("S3 server");
    }

    /** The bytes of an object. */
    static byte[] get(String name) throws IOException {
        return send(HttpRequest.newBuilder(object(name)));
    }

    /** Puts an object there, as any tool would. */
    static void put(String name, byte[] bytes) throws IOException {
        send(HttpRequest.newBuilder(object(name)).PUT(HttpRequest.BodyPublishers.ofByteArray(bytes)));
    }

    private static URI object(String name) {
        return URI.create(s3Endpoint() + "/" + BUCKET + "/" + name);
    }

    private static byte[] send(HttpRequest.Builder request) throws IOException {
        try {
            HttpResponse<byte[]> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new IOException(answer + ": " + new String(answer.body(), StandardCharsets.UTF_8));
            }
            return answer.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a server was asked", e);
        }
    }
}
