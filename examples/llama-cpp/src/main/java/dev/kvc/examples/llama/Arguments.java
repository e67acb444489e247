package dev.kvc.examples.llama;

import dev.kvc.examples.demo.UsageException;
import java.nio.file.InvalidPathException;
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
        Path model = null;
        Path sessions = null;
        int requests = Integer.MAX_VALUE;
        int threads = Runtime.getRuntime().availableProcessors();
        for (int i = 0; i < words.length; i += 2) {
            String option = words[i];
            switch (option) {
                case "--model" -> model = path(words, i);
                case "--sessions" -> sessions = path(words, i);
                case "--requests" -> requests = number(words, i);
                case "--threads" -> threads = number(words, i);
                default ->
                    throw new UsageException("unknown option '" + option
                            + "'; there are --model FILE, --sessions DIR, --requests N, --threads N and --help");
            }
        }
        if (sessions == null) {
            throw new UsageException("--sessions is missing; it must be a directory");
        }
        return new Arguments(model, sessions, requests, threads);
    }

    private static String value(String[] words, int option) throws UsageException {
        if (option + 1 == words.length || words[option + 1].isEmpty()) {
            throw new UsageException(words[option] + " is followed by nothing");
        }
        return words[option + 1];
    }

    private static Path path(String[] words, int option) throws UsageException {
        String value = value(words, option);
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw new UsageException(words[option] + " is '" + value + "', which names no file: " + e.getReason());
        }
    }

    private static int number(String[] words, int option) throws UsageException {
        String value = value(words, option);
        try {
            int number = Integer.parseInt(value);
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new UsageException(words[option] + " is '" + value + "'; it must be a whole number, 1 or more");
    }
}
