package dev.kvc.examples.chat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A {@link ChatServer} in a process of its own. */
final class ServerProcess {
    private static final String LISTENING = "listening on http://127.0.0.1:";

    private final Process process;
    private final ChatClient client;

    private ServerProcess(Process process, int port) {
        this.process = process;
        this.client = new ChatClient(port);
    }

    /** Starts it, and waits until it listens. */
    static ServerProcess start(List<String> options) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(),
                ChatServer.class.getName());
        builder.command().addAll(options);
        Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        if (line == null || !line.startsWith(LISTENING)) {
            process.destroyForcibly();
            throw new IOException("the server did not start: " + line);
        }
        return new ServerProcess(process, Integer.parseInt(line.substring(LISTENING.length())));
    }

    /** Of this process, whether its classes came from a class path or, as in tests, from a module path. */
    private static String classPath() {
        return System.getProperty("java.class.path") + File.pathSeparator + System.getProperty("jdk.module.path", "");
    }

    ChatClient client() {
        return client;
    }

    /** As {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Tells it to end, and waits until it has. */
    void stop() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
