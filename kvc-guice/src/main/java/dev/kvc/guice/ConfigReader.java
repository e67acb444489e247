package dev.kvc.guice;

import dev.kvc.store.DataSize;
import dev.kvc.store.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Collects what code and properties say about caches, and what is wrong with it. Code writes the same names as
 * properties do, so that there is one set of rules and one way to say that one is broken. Touches no file.
 */
final class ConfigReader {
    private static final Pattern NAMED = Pattern.compile("kvc\\.cache\\.([^.]*)\\.(.+)");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");

    private final TreeMap<String, Map<CacheSetting, String>> values = new TreeMap<>();
    private final Map<String, Path> directories = new HashMap<>();
    private final Set<String> inCode = new HashSet<>();
    private final Set<String> badNames = new HashSet<>();
    private final List<String> problems = new ArrayList<>();

    /**
     * What was read.
     *
     * @param caches in the order of their names
     * @param problems everything that is wrong, in the order in which it was found; with any, no cache can be used
     */
    record Result(List<CacheConfig> caches, List<String> problems) {
        Result {
            caches = List.copyOf(caches);
            problems = List.copyOf(problems);
        }
    }

    /** Begins what code says about a cache: everything at once. */
    void declare(String cache) {
        settings(cache);
        if (!inCode.add(cache)) {
            problems.add("cache \"" + cache + "\" is configured twice; it must be once");
        }
    }

    /** Says that {@code default} is no name that code can give. */
    void requireNotDefault(String cache) {
        if (cache.equals(KvcCaches.DEFAULT)) {
            badName(cache);
        }
    }

    /** Sets something once; whoever sets it again is told what it was. */
    void put(String cache, CacheSetting setting, String value) {
        String before = settings(cache).putIfAbsent(setting, value);
        if (before != null) {
            problems.add(setting.key(cache) + " is set to \"" + value + "\"; it was already set to \"" + before + "\"");
        }
    }

    /** Sets the directory to a path of any file system. */
    void putDirectory(String cache, Path directory) {
        put(cache, CacheSetting.DISK_DIR, directory.toString());
        directories.putIfAbsent(cache, directory);
    }

    /** Takes what is under {@code kvc.}, defaults included, and leaves the rest to its owners. */
    void putAll(Properties properties) {
        TreeMap<String, Object> ours = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> ours.put(key, properties.getProperty(key)));
        properties.forEach((key, value) -> {
            if (key instanceof String text) {
                ours.put(text, value);
            }
        });
        ours.keySet().removeIf(key -> !key.startsWith("kvc."));
        ours.forEach(this::putProperty);
    }

    private void putProperty(String key, Object value) {
        Matcher named = NAMED.matcher(key);
        boolean isNamed = named.matches();
        String suffix = isNamed ? named.group(2) : key.substring("kvc.".length());
        Optional<CacheSetting> setting = CacheSetting.bySuffix(suffix);
        String cache = isNamed ? named.group(1) : KvcCaches.DEFAULT;
        if (setting.isEmpty()) {
            problems.add(key + " is \"" + value + "\"; there is no such setting, there are kvc. and kvc.cache.<name>."
                    + " with " + CacheSetting.suffixes());
        } else if (!(value instanceof String text)) {
            problems.add(key + " is " + value + ", a " + value.getClass().getName() + "; it must be a String");
        } else if (isNamed && cache.equals(KvcCaches.DEFAULT)) {
            badName(cache);
        } else {
            put(cache, setting.get(), text);
        }
    }

    /** The settings of a cache; a scratch map for a name that is none. */
    private Map<CacheSetting, String> settings(String cache) {
        if (!NAME.matcher(cache).matches()) {
            badName(cache);
            return new EnumMap<>(CacheSetting.class);
        }
        return values.computeIfAbsent(cache, name -> new EnumMap<>(CacheSetting.class));
    }

    private void badName(String cache) {
        if (badNames.add(cache)) {
            problems.add(
                    "a cache is named \"" + cache + "\"; a name must be 1 to 64 letters, digits, _ and -, begin with"
                            + " a letter or digit, and not be \"" + KvcCaches.DEFAULT + "\", the cache without a name");
        }
    }

    /** All of it, checked. */
    Result read() {
        List<String> found = new ArrayList<>(problems);
        if (values.isEmpty() && found.isEmpty()) {
            found.add("no cache is configured; kvc.memory.budget, kvc.disk.dir or kvc.stores must be set, or the same"
                    + " under kvc.cache.<name>.");
        }
        List<CacheConfig> caches = new ArrayList<>();
        values.forEach((cache, settings) -> caches.add(read(cache, settings, found)));
        requireOwnDirectories(caches, found);
        return new Result(caches, found);
    }

    private CacheConfig read(String cache, Map<CacheSetting, String> settings, List<String> problems) {
        List<String> wrong = new ArrayList<>(checkEach(cache, settings));
        requireTier(cache, settings, wrong);
        if (wrong.isEmpty()) {
            requireMaxEntryFits(cache, settings, wrong);
        }
        problems.addAll(wrong);
        return wrong.isEmpty() ? config(cache, settings) : CacheConfig.broken(cache);
    }

    private List<String> checkEach(String cache, Map<CacheSetting, String> settings) {
        Map<String, String> texts = new TreeMap<>();
        settings.forEach((setting, text) -> {
            // A path of another file system need not be one of the default file system.
            if (setting != CacheSetting.DISK_DIR || !directories.containsKey(cache)) {
                texts.put(setting.key(cache), text);
            }
        });
        Settings typed = new Settings(cache, texts);
        for (CacheSetting setting : CacheSetting.values()) {
            setting.check(typed, cache);
        }
        return typed.problems();
    }

    private static void requireTier(String cache, Map<CacheSetting, String> settings, List<String> wrong) {
        List<CacheSetting> tiers = List.of(CacheSetting.MEMORY_BUDGET, CacheSetting.DISK_DIR, CacheSetting.STORES);
        if (tiers.stream().noneMatch(settings::containsKey)) {
            wrong.add("cache \"" + cache + "\" has nowhere to keep a snapshot; one of " + keys(cache, tiers)
                    + " must be set");
        }
        settings.forEach((setting, text) -> {
            CacheSetting tier = setting.tier().orElse(setting);
            if (!settings.containsKey(tier)) {
                wrong.add(setting.key(cache) + " is \"" + text + "\"; it must not be set without " + tier.key(cache));
            }
        });
        String directory = settings.get(CacheSetting.DISK_DIR);
        if (directory != null && !settings.containsKey(CacheSetting.DISK_BUDGET)) {
            wrong.add(CacheSetting.DISK_BUDGET.key(cache) + " is not set; it must be a size such as 8GiB, for "
                    + CacheSetting.DISK_DIR.key(cache) + " is \"" + directory + "\"");
        }
    }

    private static void requireMaxEntryFits(String cache, Map<CacheSetting, String> settings, List<String> wrong) {
        String maxEntry = settings.get(CacheSetting.MEMORY_MAX_ENTRY);
        String budget = settings.get(CacheSetting.MEMORY_BUDGET);
        if (maxEntry != null && budget != null && DataSize.parse(maxEntry).compareTo(DataSize.parse(budget)) > 0) {
            wrong.add(CacheSetting.MEMORY_MAX_ENTRY.key(cache) + " is \"" + maxEntry + "\"; it must be at most "
                    + CacheSetting.MEMORY_BUDGET.key(cache) + ", \"" + budget + "\"");
        }
    }

    private CacheConfig config(String cache, Map<CacheSetting, String> settings) {
        String directory = settings.get(CacheSetting.DISK_DIR);
        return new CacheConfig(
                cache,
                of(CacheSetting.MEMORY_BUDGET, settings),
                directory == null ? null : path(cache, directory),
                of(CacheSetting.DISK_DIR, settings),
                CacheSetting.parseStores(settings.getOrDefault(CacheSetting.STORES, "")),
                of(CacheSetting.STORES, settings),
                settings.getOrDefault(CacheSetting.RESILIENT, "false").strip().equals("true"));
    }

    private Path path(String cache, String text) {
        Path given = directories.get(cache);
        return given == null ? Path.of(text.strip()) : given;
    }

    /** What is set for a tier, by the names that its store has for it. */
    private static Map<String, String> of(CacheSetting tier, Map<CacheSetting, String> settings) {
        Map<String, String> ofTier = new TreeMap<>();
        settings.forEach((setting, text) -> {
            if (setting != CacheSetting.DISK_DIR && setting.tier().equals(Optional.of(tier))) {
                ofTier.put(setting.storeName(), text);
            }
        });
        return ofTier;
    }

    /** Two budgets over one directory would each evict what the other counts on. */
    private static void requireOwnDirectories(List<CacheConfig> configs, List<String> problems) {
        Map<Path, String> owners = new HashMap<>();
        for (CacheConfig config : configs) {
            Path directory = config.directory();
            String key = CacheSetting.DISK_DIR.key(config.name());
            String other = directory == null
                    ? null
                    : owners.putIfAbsent(directory.toAbsolutePath().normalize(), key);
            if (other != null) {
                problems.add(key + " is \"" + directory + "\", as is " + other
                        + "; each must have a directory of its own (or be a namespace of one cache)");
            }
        }
    }

    private static String keys(String cache, List<CacheSetting> settings) {
        return settings.stream().map(setting -> setting.key(cache)).collect(Collectors.joining(", "));
    }
}
