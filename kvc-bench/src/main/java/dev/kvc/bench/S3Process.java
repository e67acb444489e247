package dev.kvc.bench;

import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** An {@link S3Server} in a JVM of its own, which ends with this one. */
final class S3Process implements Remote {
    private final Process process;
    private final URI endpoint;

    private S3Process(Process process, URI endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    static S3Process start() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx2g",
                        "-XX:+UseG1GC", // does not move the bytes of an object
                        "-Dsun.net.httpserver.nodelay=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        S3Server.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String port =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        if (port == null) {
            throw new IOException("the server ended before it was ready");
        }
        return new S3Process(process, URI.create("http://127.0.0.1:" + port));
    }

    @Override
    public KvStore store() throws IOException {
        return KvStores.open("s3://" + BareS3.BUCKET + "?hold=1GiB&endpoint=" + endpoint);
    }

    @Override
    public BareS3 bare() {
        return new BareS3(endpoint);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
