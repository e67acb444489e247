package dev.kvc.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The parent's end of a {@link Worker}. */
final class Fork implements AutoCloseable {
    private static final List<String> ALWAYS = List.of(
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Djava.util.logging.config.file=/dev/null",
            "-Daws.accessKeyId=bench", // S3's client signs requests, with whatever our server is given
            "-Daws.secretAccessKey=bench");

    private final Scenario scenario;
    private final Side side;
    private final Process process;
    private final Writer commands;
    private final BufferedReader answers;
    private final List<Sample> samples = new ArrayList<>();
    private long workedNanos;

    private Fork(Scenario scenario, Side side, Process process) {
        this.scenario = scenario;
        this.side = side;
        this.process = process;
        this.commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts the JVM of a side. */
    static Fork start(Scenario scenario, Side side, Path directory) throws IOException {
        return new Fork(
                scenario,
                side,
                new ProcessBuilder(command(scenario, side, directory))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
    }

    /** Waits until it has opened what it works on. */
    void awaitReady() throws IOException {
        String ready = answer();
        if (!"ready".equals(ready)) {
            throw new IOException(scenario.name() + ", " + side.name() + " answered " + ready);
        }
    }

    private static List<String> command(Scenario scenario, Side side, Path directory) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ALWAYS);
        command.addAll(scenario.jvm());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Worker.class.getName()));
        command.addAll(List.of(scenario.name(), side.name(), directory.toString()));
        return command;
    }

    private String answer() throws IOException {
        try {
            return Worker.answer(answers);
        } catch (IOException e) {
            throw new IOException(scenario.name() + ", " + side.name() + ": " + e.getMessage(), e);
        }
    }

    /** Lets it work once. */
    private Sample round() throws IOException {
        commands.write("round\n");
        commands.flush();
        return Sample.parse(answer());
    }

    /** Lets it work until it is as fast as it gets. */
    void warmUp() throws IOException {
        long nanos = scenario.warmUp(side).toNanos();
        long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            round();
        }
    }

    /** Lets it work once more, unless it has worked often and long enough. */
    void countedRound() throws IOException {
        if (Rounds.isEnough(samples.size(), workedNanos)) {
            return;
        }
        long start = System.nanoTime();
        samples.add(round());
        workedNanos += System.nanoTime() - start;
    }

    /** Ends it. */
    Measured finish() throws IOException {
        commands.write("end\n");
        commands.flush();
        String[] memory = answer().split(" ", -1);
        return new Measured(
                scenario.name(),
                side.name(),
                scenario.unit(),
                samples,
                Long.parseLong(memory[0]),
                Long.parseLong(memory[1]));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
