package dev.kvc.examples.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kvc.examples.transformer.TransformerConfig;
import dev.kvc.store.DataSize;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;

/** The demo in this process, with next to nothing to compute, and what it printed. */
final class DemoRun {
    static final TransformerConfig MODEL = new TransformerConfig(2, 2, 4, 8, 100, 1);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    int run(Path temporary, String... args) {
        DemoSettings settings = new DemoSettings(MODEL, 20, MODEL, DataSize.parse("32KiB"), 3, temporary);
        return new Demo(settings, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8)).run(args);
    }

    String printed() {
        return out.toString(UTF_8);
    }

    String complaint() {
        return err.toString(UTF_8);
    }
}
