package dev.kvc.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was asked for on the command line.
 *
 * @param isFull all scenarios
 * @param isSmoke each JMH benchmark once, and nothing else
 * @param isList names alone
 * @param only scenarios whose name contains one of these; all if there are none
 * @param warmUp how long each side works at least before its rounds count
 * @param directory where files are made
 * @param json where the JSON goes
 * @param plot where the plot goes
 */
record Arguments(
        boolean isFull,
        boolean isSmoke,
        boolean isList,
        List<String> only,
        Duration warmUp,
        Path directory,
        Optional<Path> json,
        Optional<Path> plot) {
    static final String USAGE = """
            Usage: ./kvc bench [--full] [--only NAME]... [--list] [--smoke]
                               [--warm-up SECONDS] [--dir DIR] [--json FILE] [--plot FILE]
              --full    everything; without it a short set, in about five minutes
              --only    scenarios whose name contains NAME, the long ones too
              --list    print the names of all scenarios
              --smoke   run each JMH benchmark once, for no figure
              --warm-up how long each side works at least before its rounds count, as it would in a process that has run
                        for long; half of that if it goes through little code (a scenario's own 1 to 6 seconds)
              --dir     where files are made and removed (the system's temporary directory)
              --json    where the figures go, for other programs (kvc-bench.json in --dir)
              --plot    where a plot of how the index grows goes, as SVG
            """;

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException if there is something that is not understood
     */
    static Arguments parse(String... words) {
        boolean full = false;
        boolean smoke = false;
        boolean list = false;
        List<String> only = new ArrayList<>();
        Duration warmUp = Duration.ZERO;
        Path directory = Path.of(System.getProperty("java.io.tmpdir"), "kvc-bench");
        Optional<Path> json = Optional.empty();
        Optional<Path> plot = Optional.empty();
        for (int i = 0; i < words.length; i++) {
            switch (words[i]) {
                case "--full" -> full = true;
                case "--smoke" -> smoke = true;
                case "--list" -> list = true;
                case "--only" -> only.add(value(words, i++));
                case "--warm-up" -> warmUp = seconds(value(words, i++));
                case "--dir" -> directory = Path.of(value(words, i++));
                case "--json" -> json = Optional.of(Path.of(value(words, i++)));
                case "--plot" -> plot = Optional.of(Path.of(value(words, i++)));
                default -> throw new IllegalArgumentException("unknown argument '" + words[i] + "'");
            }
        }
        return new Arguments(full, smoke, list, List.copyOf(only), warmUp, directory, json, plot);
    }

    private static String value(String[] words, int at) {
        if (at + 1 >= words.length) {
            throw new IllegalArgumentException(words[at] + " needs a value");
        }
        return words[at + 1];
    }

    private static Duration seconds(String word) {
        if (!word.matches("[0-9]{1,4}")) {
            throw new IllegalArgumentException("--warm-up is '" + word + "'; it must be seconds, 0 to 9999");
        }
        return Duration.ofSeconds(Integer.parseInt(word));
    }

    /** Whether nothing is asked for but what targets need. */
    boolean isShort() {
        return !isFull && only.isEmpty();
    }

    boolean asksFor(String name, boolean isInFullAlone) {
        return only.isEmpty() ? isFull || !isInFullAlone : only.stream().anyMatch(name::contains);
    }
}
