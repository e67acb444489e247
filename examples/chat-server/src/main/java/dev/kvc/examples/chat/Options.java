package dev.kvc.examples.chat;

import dev.kvc.store.DataSize;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the command line of the server asks for.
 *
 * @param directory of the snapshots, and of the model that is written where none is named
 * @param model the user's own
 * @param port 0 for any that is free
 * @param budget of the snapshots
 * @param threads that compute
 */
record Options(Path directory, @Nullable Path model, int port, DataSize budget, int threads) {
    static final String USAGE = """
            Usage: ./kvc chat --dir DIR [--model FILE] [--port N] [--budget SIZE] [--threads N]

            Serves completions over HTTP on the loopback, as OpenAI's POST /v1/completions, by llama.cpp
            with one slot; and meters at GET /metrics. Sessions that take turns are restored and not
            prefilled, also by the next process. Ends at SIGTERM, when what is in the slot is saved.

              --dir DIR       where snapshots lie, in DIR/kvc, which is the owner's alone
              --model FILE    a model of yours, GGUF. Otherwise one is written: of the llama
                              architecture, with drawn weights, so that what it says is noise
              --port N        0, any that is free, by default; it is printed
              --budget SIZE   what the snapshots may take, 1GiB by default
              --threads N     threads that compute; one for each processor by default
            """;

    private static final int MAX_PORT = 65_535;
    private static final int MAX_THREADS = 1_024;

    static Options parse(String... words) {
        Path directory = null;
        Path model = null;
        int port = 0;
        DataSize budget = DataSize.ofGibibytes(1);
        int threads = Runtime.getRuntime().availableProcessors();
        for (int i = 0; i < words.length; i += 2) {
            switch (words[i]) {
                case "--dir" -> directory = path(words, i);
                case "--model" -> model = path(words, i);
                case "--port" -> port = number(words, i, 0, MAX_PORT);
                case "--budget" -> budget = DataSize.parse(value(words, i));
                case "--threads" -> threads = number(words, i, 1, MAX_THREADS);
                default ->
                    throw new IllegalArgumentException("unknown option '" + words[i]
                            + "'; there are --dir DIR, --model FILE, --port N, --budget SIZE, --threads N and --help");
            }
        }
        if (directory == null) {
            throw new IllegalArgumentException("--dir is missing; it must be a directory, or is made");
        }
        return new Options(directory, model, port, budget, threads);
    }

    private static String value(String[] words, int option) {
        if (option + 1 == words.length || words[option + 1].isEmpty()) {
            throw new IllegalArgumentException(words[option] + " is followed by nothing");
        }
        return words[option + 1];
    }

    private static Path path(String[] words, int option) {
        String value = value(words, option);
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(
                    words[option] + " is '" + value + "', which names no file: " + e.getReason(), e);
        }
    }

    private static int number(String[] words, int option, int least, int most) {
        String value = value(words, option);
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(
                words[option] + " is '" + value + "'; it must be a whole number from " + least + " to " + most);
    }
}
