package dev.kvc.bench;

import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** A Redis, or a Valkey. */
final class RedisProcess implements Remote {
    private final Process process;
    private final int port;

    private RedisProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    private static Optional<Path> binary() {
        String path = System.getenv("PATH");
        return Stream.of((path == null ? "" : path).split(":"))
                .flatMap(
                        directory -> Stream.of(Path.of(directory, "redis-server"), Path.of(directory, "valkey-server")))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Whether there is a server to measure with. */
    static boolean isInstalled() {
        return binary().isPresent();
    }

    static RedisProcess start(Path directory) throws IOException {
        Path binary = binary().orElseThrow(() -> new IOException("redis-server is not on the PATH"));
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Process process = new ProcessBuilder(
                        binary.toString(),
                        "--port",
                        Integer.toString(port),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--dir",
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        RedisProcess server = new RedisProcess(process, port);
        server.awaitReady();
        return server;
    }

    private void awaitReady() throws IOException {
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.contains("Ready to accept connections")) {
                return;
            }
        }
        throw new IOException("the server ended before it was ready");
    }

    @Override
    public KvStore store() throws IOException {
        return KvStores.open(uri() + "?hold=1GiB");
    }

    @Override
    public BareRedis bare() {
        return new BareRedis(uri());
    }

    private String uri() {
        return "redis://127.0.0.1:" + port + "/0";
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
