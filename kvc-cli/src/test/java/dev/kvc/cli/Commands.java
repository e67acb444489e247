package dev.kvc.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;

/** Runs commands in this process, with a clock that stands still. */
final class Commands {
    private final InstantSource clock;
    private Map<String, String> environment = Map.of();
    private byte[] input = {};
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    Commands(InstantSource clock) {
        this.clock = clock;
    }

    /** In an environment with these variables alone. */
    Commands in(Map<String, String> variables) {
        environment = variables;
        return this;
    }

    Commands given(byte[] standardInput) {
        input = standardInput;
        return this;
    }

    int run(String... words) {
        out.reset();
        err.reset();
        return Kvc.run(
                new Terminal(
                        new ByteArrayInputStream(input),
                        new PrintStream(out, false, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        environment,
                        clock,
                        false),
                words);
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
