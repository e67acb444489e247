package dev.kvc.examples.chat;

import dev.kvc.examples.demo.CommandLine;
import dev.kvc.examples.demo.UsageException;
import dev.kvc.store.DataSize;
import dev.kvc.store.Settings;
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

    static Options parse(String... words) throws UsageException {
        Settings options = CommandLine.read(words);
        Path directory = CommandLine.path(options, "--dir").orElse(null);
        Path model = CommandLine.path(options, "--model").orElse(null);
        long port = options.count("--port", 0, MAX_PORT).orElse(0L);
        DataSize budget = options.size("--budget").orElse(DataSize.ofGibibytes(1));
        long threads = options.count("--threads", 1, MAX_THREADS)
                .orElse((long) Runtime.getRuntime().availableProcessors());
        CommandLine.requireValid(options);
        if (directory == null) {
            throw new UsageException("--dir is missing; it must be a directory, or is made");
        }
        return new Options(directory, model, (int) port, budget, (int) threads);
    }
}
