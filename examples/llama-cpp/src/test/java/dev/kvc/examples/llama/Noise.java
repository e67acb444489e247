package dev.kvc.examples.llama;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Models small enough for tests, and prompts for them. */
final class Noise {
    static final int BATCH = 32;
    static final ContextSettings SETTINGS = new ContextSettings(1_024, BATCH, 1);

    private static final int FIRST_BYTE = 3;

    private Noise() {}

    static NoiseModel model(long seed) {
        return new NoiseModel(2, 4, 2, 16, 96, 1_024, seed);
    }

    /** Writes {@link #model} into a directory. */
    static Path write(Path directory, long seed) {
        Path file = directory.resolve("noise-" + seed + ".gguf");
        try {
            model(seed).writeTo(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    /** Tokens of bytes. */
    static int[] prompt(int tokens, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return random.ints(tokens, FIRST_BYTE, FIRST_BYTE + 256).toArray();
    }
}
