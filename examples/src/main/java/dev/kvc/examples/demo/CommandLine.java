package dev.kvc.examples.demo;

import dev.kvc.store.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The words of a command line, each option followed by its value, as settings. */
public final class CommandLine {
    private CommandLine() {}

    /**
     * Settings named as the options are, dashes included.
     *
     * @throws UsageException if an option has no value, or two
     */
    public static Settings read(String... words) throws UsageException {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < words.length; i += 2) {
            if (i + 1 == words.length) {
                throw new UsageException(words[i] + " is followed by nothing");
            }
            if (values.put(words[i], words[i + 1]) != null) {
                throw new UsageException(words[i] + " is given twice");
            }
        }
        return new Settings("", values);
    }

    /** The path that an option names. */
    public static Optional<Path> path(Settings options, String name) {
        return options.read(name, "a path", text -> text.isEmpty() ? null : Path.of(text));
    }

    /**
     * Ends the reading.
     *
     * @throws UsageException if anything is wrong, naming every problem
     */
    public static void requireValid(Settings options) throws UsageException {
        List<String> problems = options.problems();
        if (!problems.isEmpty()) {
            throw new UsageException(String.join("; ", problems));
        }
    }
}
