package dev.kvc.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a directory that flags leave open: from the environment ({@code KVC_DIR}, {@code KVC_BUDGET}, …), then
 * from a properties file with the keys that caches are configured by ({@code kvc.disk.dir}, {@code kvc.disk.budget},
 * …). What such a file says of memory and further stores is not about the directory, and passed over.
 */
final class Configuration {
    /** By the names that a directory's store has for them. */
    static final List<String> NAMES = List.of(
            "dir",
            "budget",
            "policy",
            "min-free",
            "max-age",
            "max-idle",
            "low-watermark",
            "max-pinned",
            "min-tokens",
            "max-writes-per-day",
            "durability",
            "past-cache",
            "max-text",
            "read-threads");

    private static final String CONFIG = "KVC_CONFIG";
    private static final String STORE = "KVC_STORE";
    private static final String DISK = "disk.";

    private final Map<String, String> values;

    private Configuration(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads environment and file.
     *
     * @param file the properties file; {@code null} for that of {@code KVC_CONFIG}, if it is set
     * @param cache whose settings in it; {@code null} for those of the cache without a name
     */
    static Configuration read(Map<String, String> environment, @Nullable Path file, @Nullable String cache)
            throws IOException, CommandException {
        String named = environment.get(CONFIG);
        Path properties = file != null || named == null ? file : Path.of(named);
        Map<String, String> values = new HashMap<>();
        if (properties != null) {
            readFile(properties, cache == null ? "kvc." : "kvc.cache." + cache + ".", values);
        } else if (cache != null) {
            throw CommandException.usage("--cache names a cache of a properties file; give one with --config");
        }
        for (String name : NAMES) {
            String value = environment.get(variable(name));
            if (value != null && !value.isBlank()) {
                values.put(name, value);
            }
        }
        return new Configuration(values);
    }

    private static void readFile(Path file, String prefix, Map<String, String> values)
            throws IOException, CommandException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        for (String key : properties.stringPropertyNames()) {
            String suffix = key.startsWith(prefix) ? key.substring(prefix.length()) : "";
            if (suffix.equals("policy") || suffix.startsWith(DISK)) {
                String name = suffix.startsWith(DISK) ? suffix.substring(DISK.length()) : suffix;
                if (!NAMES.contains(name)) {
                    throw CommandException.usage(
                            file + ": there is no setting " + key + "; of a directory there are " + keys(prefix));
                }
                values.put(name, properties.getProperty(key));
            }
        }
    }

    private static String keys(String prefix) {
        return String.join(", ", NAMES.stream().map(name -> prefix + key(name)).toList());
    }

    /** The URI of a store that is no directory. */
    static Optional<String> store(Map<String, String> environment) {
        return Optional.ofNullable(environment.get(STORE)).filter(uri -> !uri.isBlank());
    }

    /** The key of a setting, without {@code kvc.}. */
    static String key(String name) {
        return name.equals("policy") ? name : DISK + name;
    }

    /** The environment's variable for a setting. */
    static String variable(String name) {
        return "KVC_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** Those of the named settings that are set. */
    Map<String, String> only(List<String> names) {
        Map<String, String> some = new HashMap<>(values);
        some.keySet().retainAll(names);
        return some;
    }
}
