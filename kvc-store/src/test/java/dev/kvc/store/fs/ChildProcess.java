package dev.kvc.store.fs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A JVM of its own, spoken to line by line. Closing it kills it. */
final class ChildProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;
    private final Writer in;

    private ChildProcess(Process process) {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
        this.in = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** A process that runs {@link ChildMain}. */
    static ChildProcess start(Path directory, long budget, String name, long seed) throws IOException {
        return start(ChildMain.class, directory.toString(), Long.toString(budget), name, Long.toString(seed));
    }

    /** The same under a umask, such as {@code 022}. */
    static ChildProcess underUmask(String umask, Path directory, long budget, String name, long seed)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "umask " + umask + "; exec \"$@\"", "sh"));
        command.addAll(
                command(ChildMain.class, directory.toString(), Long.toString(budget), name, Long.toString(seed)));
        return start(command);
    }

    static ChildProcess start(Class<?> main, String... arguments) throws IOException {
        return start(command(main, arguments));
    }

    /** The same in a runtime that has these modules of the JDK alone, and those that they need. */
    static ChildProcess withModules(String modules, Class<?> main, String... arguments) throws IOException {
        List<String> command = command(main, arguments);
        command.addAll(1, List.of("--limit-modules", modules));
        return start(command);
    }

    private static ChildProcess start(List<String> command) throws IOException {
        return new ChildProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    private static List<String> command(Class<?> main, String... arguments) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(java, "-Xmx128m", "-XX:TieredStopAtLevel=1"));
        command.add("-Djava.util.logging.config.file=" + property("java.util.logging.config.file"));
        command.addAll(List.of("-cp", classPath(), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** What this test runs on: its module path, its class path, and the test classes, which are patched in. */
    private static String classPath() {
        return Stream.of(testClasses(), property("jdk.module.path"), property("java.class.path"))
                .filter(path -> !path.isEmpty())
                .collect(Collectors.joining(System.getProperty("path.separator")));
    }

    private static String property(String name) {
        return System.getProperty(name, "");
    }

    private static String testClasses() {
        String name = "/" + ChildMain.class.getName().replace('.', '/') + ".class";
        try {
            Path file = Path.of(ChildMain.class.getResource(name).toURI());
            return file.getRoot()
                    .resolve(file.subpath(0, file.getNameCount() - name.split("/").length + 1))
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("no path to the test classes", e);
        }
    }

    /** Gives the child a command, which it answers with lines. */
    void tell(String command) {
        try {
            in.write(command + "\n");
            in.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the child has ended: " + process.info(), e);
        }
    }

    /** The next line that the child says. */
    String hear() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new IOException("the child ended without an answer");
        }
        return line;
    }

    /** What a child that has ended said and nobody has heard yet; a line that it did not finish is left out. */
    List<String> rest() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int character = out.read(); character >= 0; character = out.read()) {
            text.append((char) character);
        }
        return text.substring(0, text.lastIndexOf("\n") + 1).lines().toList();
    }

    /** Says a command and hears the answer. */
    String ask(String command) throws IOException {
        tell(command);
        return hear();
    }

    /** Ends the process as kill -9 does, and waits until it is gone. What it has said can still be heard. */
    void kill() {
        process.toHandle().destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
