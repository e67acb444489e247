package dev.kvc.examples.demo;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for.
 *
 * @param help whether to explain the program and do nothing else
 * @param prompts the user's own prompts
 * @param sessions a directory of recorded sessions
 */
record Arguments(
        boolean help, @Nullable Path prompts, @Nullable Path sessions) {
    static final String USAGE = """
            Usage: ./kvc demo [--prompts FILE | --sessions DIR]

            Prefills a prompt with a small transformer, saves its state, and resumes from it
            in a second process, for the same prompt and for others that begin alike.

              --prompts FILE   your own prompts: UTF-8, separated by lines of exactly ---
                               The first is prefilled and saved; the second process
                               resumes each of them.
              --sessions DIR   replay recorded agent sessions instead: files *.jsonl or
                               *.jsonl.gz, a JSON object with an "input" field a line
            """;

    private static final Arguments NONE = new Arguments(false, null, null);

    static Arguments parse(String... words) throws UsageException {
        Arguments arguments = NONE;
        for (int i = 0; i < words.length; i++) {
            switch (words[i]) {
                case "--help", "-h" -> arguments = new Arguments(true, arguments.prompts, arguments.sessions);
                case "--prompts" -> {
                    requireOnce(words[i], arguments.prompts);
                    arguments = new Arguments(arguments.help, value(words, ++i, "a file"), arguments.sessions);
                }
                case "--sessions" -> {
                    requireOnce(words[i], arguments.sessions);
                    arguments = new Arguments(arguments.help, arguments.prompts, value(words, ++i, "a directory"));
                }
                default ->
                    throw new UsageException(
                            "unknown option '" + words[i] + "'; there are --prompts FILE, --sessions DIR and --help");
            }
        }
        arguments.requireOneMode();
        return arguments;
    }

    private static void requireOnce(String option, @Nullable Path earlier) throws UsageException {
        if (earlier != null) {
            throw new UsageException(option + " was already given as '" + earlier + "'; give it once");
        }
    }

    private static Path value(String[] words, int i, String what) throws UsageException {
        if (i == words.length || words[i].isEmpty() || words[i].startsWith("--")) {
            String found = i == words.length ? "nothing" : "'" + words[i] + "'";
            throw new UsageException(words[i - 1] + " is followed by " + found + "; it needs " + what);
        }
        try {
            return Path.of(words[i]);
        } catch (InvalidPathException e) {
            throw new UsageException(
                    words[i - 1] + " is followed by '" + words[i] + "', which names no file: " + e.getReason());
        }
    }

    private void requireOneMode() throws UsageException {
        if (prompts != null && sessions != null) {
            throw new UsageException(
                    "--prompts '" + prompts + "' and --sessions '" + sessions + "' were both given; give one of them");
        }
    }
}
