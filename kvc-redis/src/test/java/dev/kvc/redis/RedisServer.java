package dev.kvc.redis;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A real server on a port of the loopback, with nothing on disk but in its own directory; it ends with the test. */
final class RedisServer implements Closeable {
    /** Set where a server must be had: then a test without one fails instead of being skipped. */
    private static final String REQUIRED = "KVC_REQUIRE_SERVERS";

    private static final List<String> NAMES = List.of("redis-server", "valkey-server");

    private final Process process;
    private final int port;
    private final int tlsPort;

    private RedisServer(Process process, int port, int tlsPort) {
        this.process = process;
        this.port = port;
        this.tlsPort = tlsPort;
    }

    /**
     * Starts a server, or skips the test if there is none on this machine.
     *
     * @param directory where it may write
     * @param options such as {@code --cluster-enabled yes}
     */
    static RedisServer start(Path directory, String... options) throws IOException {
        return start(directory, 0, options);
    }

    /** Starts a server that also listens for TLS. */
    static RedisServer startWithTls(Path directory, Certificates certificates) throws IOException {
        int tlsPort = freePort();
        return start(
                directory,
                tlsPort,
                "--tls-port",
                Integer.toString(tlsPort),
                "--tls-cert-file",
                certificates.certificate().toString(),
                "--tls-key-file",
                certificates.key().toString(),
                "--tls-ca-cert-file",
                certificates.certificate().toString(),
                "--tls-auth-clients",
                "no");
    }

    /** Starts a sentinel that alone decides when the master at {@code master} is down, and who follows it. */
    static RedisServer startSentinel(Path directory, String name, int master) throws IOException {
        Path binary = binary();
        Files.createDirectories(directory);
        int port = freePort();
        Path configuration = directory.resolve("sentinel.conf");
        Files.writeString(
                configuration,
                String.join(
                        "\n",
                        "port " + port,
                        "bind 127.0.0.1",
                        "dir " + directory,
                        "sentinel monitor " + name + " 127.0.0.1 " + master + " 1",
                        "sentinel down-after-milliseconds " + name + " 300",
                        "sentinel failover-timeout " + name + " 1000",
                        ""));
        Process process = new ProcessBuilder(binary.toString(), configuration.toString(), "--sentinel")
                .redirectErrorStream(true)
                .start();
        RedisServer server = new RedisServer(process, port, 0);
        server.await("+monitor master");
        return server;
    }

    private static RedisServer start(Path directory, int tlsPort, String... options) throws IOException {
        Path binary = binary();
        Files.createDirectories(directory);
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(
                binary.toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--dir",
                directory.toString()));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        RedisServer server = new RedisServer(process, port, tlsPort);
        server.await("Ready to accept connections");
        return server;
    }

    private static Path binary() {
        Path found = Stream.of(System.getenv("PATH").split(":"))
                .flatMap(directory -> NAMES.stream().map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        if (found == null && System.getenv(REQUIRED) != null) {
            fail(REQUIRED + " is set, and none of " + NAMES + " is on the PATH");
        }
        assumeTrue(
                found != null, "none of " + NAMES + " is on the PATH, so nothing can be tested against a real server");
        return found;
    }

    private static int freePort() throws IOException {
        int port = 0;
        while (port == 0 || !isFree(port)) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                // A node of a cluster also takes the port 10000 above.
                port = socket.getLocalPort() % 10_000 + 20_000;
            }
        }
        return port;
    }

    private static boolean isFree(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (BindException e) {
            return false; // such as that of another node
        }
    }

    /** Reads what it says until it is ready, and the rest, so that it never waits for a reader. */
    private void await(String ready) throws IOException {
        StringBuilder said = new StringBuilder();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = output.readLine();
        while (line != null && !line.contains(ready)) {
            said.append(line).append('\n');
            line = output.readLine();
        }
        if (line == null) {
            throw new IOException("the server ended before it was ready:\n" + said);
        }
        Thread reader = new Thread(() -> output.lines().forEach(more -> {}), "redis-output");
        reader.setDaemon(true);
        reader.start();
    }

    int port() {
        return port;
    }

    /** Where it listens for TLS; 0 for nowhere. */
    int tlsPort() {
        return tlsPort;
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    String uri() {
        return "redis://127.0.0.1:" + port + "/0";
    }

    /** Sends one command as words, and gives the first line of the answer. */
    String say(String... words) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(encode(words));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        }
    }

    /** Sends one command that answers with a value, and gives it. */
    String value(String... words) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(encode(words));
            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            answer.readLine();
            return answer.readLine();
        }
    }

    /** Sends one command that answers with a text, and gives its lines. */
    List<String> lines(String... words) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(encode(words));
            InputStream in = socket.getInputStream();
            StringBuilder length = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                length.append((char) c);
            }
            byte[] text = in.readNBytes(Integer.parseInt(length.substring(1).strip()));
            return new String(text, StandardCharsets.UTF_8).lines().toList();
        }
    }

    private static byte[] encode(String... words) {
        StringBuilder command = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            command.append('$')
                    .append(word.length())
                    .append("\r\n")
                    .append(word)
                    .append("\r\n");
        }
        return command.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Ends it at once, as a machine that fails does. */
    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
