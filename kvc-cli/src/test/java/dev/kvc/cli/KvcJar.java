package dev.kvc.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The jar as a user runs it: a process, whose output goes into pipes. */
final class KvcJar {
    private static final Path JAR = Path.of(System.getProperty("kvc.jar"));
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    private final Map<String, String> environment = new HashMap<>();
    private byte[] input = {};
    private Path workingDirectory = Path.of("").toAbsolutePath();

    /** What a process left. */
    record Result(int code, byte[] bytes, String err) {
        String out() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        List<String> lines() {
            return out().lines().toList();
        }
    }

    /** A jar whose environment names this directory. */
    static KvcJar in(Path directory) {
        return new KvcJar().with("KVC_DIR", directory.toString());
    }

    KvcJar with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    KvcJar at(Path directory) {
        workingDirectory = directory;
        return this;
    }

    KvcJar given(byte[] standardInput) {
        input = standardInput;
        return this;
    }

    Result run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(java());
        command.addAll(Arrays.asList(arguments));
        return start(command);
    }

    /** Runs it under a pseudo-terminal, which {@code script} of util-linux makes: both outputs are one. */
    Result runOnTerminal(String... arguments) throws IOException {
        String command = String.join(" ", java()) + " " + String.join(" ", arguments);
        return start(List.of("script", "-qec", command, "/dev/null"));
    }

    private static List<String> java() {
        return List.of(JAVA.toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", JAR.toString());
    }

    /** Starts it and leaves it running; what it prints is the caller's to read. */
    Process begin(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(java());
        command.addAll(Arrays.asList(arguments));
        return builder(command).start();
    }

    private ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(workingDirectory.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("KVC_") || name.equals("JAVA_TOOL_OPTIONS"));
        builder.environment().putAll(environment);
        return builder;
    }

    private Result start(List<String> command) throws IOException {
        Process process = builder(command).start();
        CompletableFuture<byte[]> err = CompletableFuture.supplyAsync(() -> all(process.getErrorStream()));
        try (OutputStream in = process.getOutputStream()) {
            in.write(input);
        } catch (IOException e) {
            // A command that reads nothing may have ended by now.
        }
        byte[] out = all(process.getInputStream());
        try {
            return new Result(process.waitFor(), out, new String(err.join(), StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + command + " ran", e);
        }
    }

    private static byte[] all(InputStream in) {
        try (in) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            in.transferTo(bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
