package dev.kvc.examples.llama;

import dev.kvc.examples.demo.CommandLine;
import dev.kvc.examples.demo.UsageException;
import dev.kvc.store.Settings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for.
 *
 * @param model the user's own
 * @param sessions a directory of recorded sessions
 * @param requests how many requests of the sessions are replayed at most
 * @param threads that compute
 */
record Arguments(@Nullable Path model, Path sessions, int requests, int threads) {
    static final String USAGE = """
            Usage: ./kvc llama [--model FILE] [--sessions DIR] [--requests N] [--threads N]

            Lets llama.cpp prefill recorded prompts, kills it, and resumes in a second process; then
            replays the recorded sessions with one slot and a store that has not enough room.

              --model FILE     a model of yours, GGUF. Otherwise one is written: of the llama
                               architecture, with drawn weights, so that what it says is noise
              --sessions DIR   files *.jsonl or *.jsonl.gz, a JSON object with an "input" field a
                               line; those of the examples by default
              --requests N     replay the first N requests of the sessions alone
              --threads N      threads that compute; one for each processor by default
            """;

    static Arguments parse(String... words) throws UsageException {
        Settings options = CommandLine.read(words);
        Path model = CommandLine.path(options, "--model").orElse(null);
        Path sessions = CommandLine.path(options, "--sessions").orElse(null);
        int requests = count(options, "--requests", Integer.MAX_VALUE);
        int threads = count(options, "--threads", Runtime.getRuntime().availableProcessors());
        CommandLine.requireValid(options);
        if (sessions == null) {
            throw new UsageException("--sessions is missing; it must be a directory");
        }
        return new Arguments(model, sessions, requests, threads);
    }

    private static int count(Settings options, String name, int otherwise) {
        return options.count(name, 1, Integer.MAX_VALUE)
                .orElse((long) otherwise)
                .intValue();
    }
}
