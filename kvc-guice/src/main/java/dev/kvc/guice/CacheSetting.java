package dev.kvc.guice;

import dev.kvc.format.KvcHeader;
import dev.kvc.store.DataSize;
import dev.kvc.store.Durability;
import dev.kvc.store.Settings;
import dev.kvc.store.StoreUri;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What can be set for a cache. The one table of names: properties are read by it, {@link CacheBuilder} writes by it,
 * and the documentation is checked against it.
 */
enum CacheSetting {
    MEMORY_BUDGET(
            "memory.budget",
            "bytes that the memory in front may take",
            "a size above 0",
            "no memory",
            CacheSetting::sizeAboveZero),
    MEMORY_MAX_ENTRY(
            "memory.max-entry",
            "the largest snapshot that memory takes",
            "a size above 0, at most memory.budget",
            "memory.budget",
            CacheSetting::sizeAboveZero),
    DISK_DIR(
            "disk.dir",
            "the directory; made when the cache is first used",
            "a path; no URI, no ~",
            "no disk",
            CacheSetting::path),
    DISK_BUDGET(
            "disk.budget",
            "bytes that the directory may hold",
            "a size above 0, raised to 64MiB; goes with disk.dir",
            "required",
            CacheSetting::sizeAboveZero),
    POLICY(
            "policy",
            "what the directory evicts first",
            "the name of a policy that is installed or bound",
            "prefix-aware",
            Settings::text),
    DISK_MIN_FREE("disk.min-free", "bytes that stay free on the file system", "a size", "0B", Settings::size),
    DISK_MAX_AGE(
            "disk.max-age",
            "age at which a snapshot is removed",
            "a duration above 0",
            "no limit",
            Settings::durationAboveZero),
    DISK_MAX_IDLE(
            "disk.max-idle",
            "time without a hit after which a snapshot is removed",
            "a duration above 0",
            "no limit",
            Settings::durationAboveZero),
    DISK_LOW_WATERMARK(
            "disk.low-watermark",
            "share of the budget freed beyond the need",
            "0 to 0.5",
            "0.02",
            (settings, key) -> settings.number(key, 0, 0.5)),
    DISK_MAX_PINNED(
            "disk.max-pinned",
            "share of the budget that pins hold at most",
            "0 to 1",
            "0.5",
            (settings, key) -> settings.number(key, 0, 1)),
    DISK_MIN_TOKENS(
            "disk.min-tokens",
            "tokens that a snapshot must cover to be saved",
            "0 to 4294967295",
            "0",
            (settings, key) -> settings.count(key, 0, KvcHeader.MAX_TOKEN_COUNT)),
    DISK_MAX_WRITES_PER_DAY(
            "disk.max-writes-per-day",
            "bytes that saves may write within 24 hours",
            "a size above 0",
            "no limit",
            CacheSetting::sizeAboveZero),
    DISK_DURABILITY(
            "disk.durability",
            "what a save waits for",
            "page-cache or fsync",
            "page-cache",
            (settings, key) -> settings.oneOf(key, Durability.class)),
    DISK_PAST_CACHE(
            "disk.past-cache",
            "size from which on files bypass the page cache",
            "a size above 0",
            "none",
            CacheSetting::sizeAboveZero),
    DISK_MAX_TEXT(
            "disk.max-text",
            "the longest text of a snapshot",
            "a size of at most 2147483639 bytes",
            "64MiB",
            CacheSetting::textSize),
    DISK_READ_THREADS(
            "disk.read-threads",
            "threads that share the work on a large payload",
            "1 to 64",
            "processors, 4 at most",
            (settings, key) -> settings.count(key, 1, 64)),
    STORES(
            "stores",
            "further stores, behind memory and disk",
            "store URIs, separated by white space",
            "none",
            CacheSetting::storeUris),
    REMOTE_WRITE_BACK(
            "remote.write-back",
            "whether saves to stores over a network are queued, and written later",
            "true or false; as all of remote., goes with stores",
            "true",
            Settings::flag),
    REMOTE_MIN_TOKENS(
            "remote.min-tokens",
            "tokens that a snapshot must cover to go there when it is saved",
            "0 to 4294967295",
            "0",
            (settings, key) -> settings.count(key, 0, KvcHeader.MAX_TOKEN_COUNT)),
    REMOTE_ON_SECOND_HIT(
            "remote.on-second-hit",
            "whether one of fewer goes there at its second hit",
            "true or false",
            "false",
            Settings::flag),
    REMOTE_DEADLINE(
            "remote.deadline",
            "how long a lookup there may take before it is a miss",
            "a duration above 0",
            "10s",
            Settings::durationAboveZero),
    REMOTE_SAVE_DEADLINE(
            "remote.save-deadline",
            "how long a save there may take before it fails",
            "a duration above 0",
            "1m",
            Settings::durationAboveZero),
    RESILIENT("resilient", "whether failures of the cache are misses", "true or false", "false", Settings::flag);

    private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");
    private static final Pattern NO_PATH = Pattern.compile("~.*|[A-Za-z][A-Za-z0-9+.-]+:/.*");

    /** An array of the JDK can be that long. */
    private static final DataSize MAX_TEXT = DataSize.ofBytes(Integer.MAX_VALUE - 8);

    private final String suffix;
    private final String meaning;
    private final String constraint;
    private final String defaultText;
    private final Check check;

    CacheSetting(String suffix, String meaning, String constraint, String defaultText, Check check) {
        this.suffix = suffix;
        this.meaning = meaning;
        this.constraint = constraint;
        this.defaultText = defaultText;
        this.check = check;
    }

    /** Reads a setting; what is wrong becomes a problem of {@code settings}. */
    @FunctionalInterface
    private interface Check {
        Optional<?> read(Settings settings, String key);
    }

    /** The name without {@code kvc.} or {@code kvc.cache.<name>.}. */
    String suffix() {
        return suffix;
    }

    /** The name with that. */
    String key(String cache) {
        return prefix(cache) + suffix;
    }

    String meaning() {
        return meaning;
    }

    String constraint() {
        return constraint;
    }

    String defaultText() {
        return defaultText;
    }

    /** Reads the setting of {@code cache}, so that a value that breaks its rule becomes a problem. */
    void check(Settings settings, String cache) {
        check.read(settings, key(cache));
    }

    /** The setting that makes the tier that this one is about; without it, this one must not be set. */
    Optional<CacheSetting> tier() {
        if (suffix.startsWith("memory.")) {
            return Optional.of(MEMORY_BUDGET);
        }
        if (suffix.startsWith("remote.")) {
            return Optional.of(STORES);
        }
        return this == POLICY || suffix.startsWith("disk.") ? Optional.of(DISK_DIR) : Optional.empty();
    }

    /** The name that the store of that tier has for it. */
    String storeName() {
        return suffix.substring(suffix.indexOf('.') + 1);
    }

    /** What all keys of a cache begin with. */
    static String prefix(String cache) {
        return cache.equals(KvcCaches.DEFAULT) ? "kvc." : "kvc.cache." + cache + ".";
    }

    static Optional<CacheSetting> bySuffix(String suffix) {
        return Arrays.stream(values())
                .filter(setting -> setting.suffix.equals(suffix))
                .findFirst();
    }

    /** All names, for messages. */
    static String suffixes() {
        return Arrays.stream(values()).map(CacheSetting::suffix).collect(Collectors.joining(", "));
    }

    /** The URIs of a {@link #STORES} value. */
    static List<StoreUri> parseStores(String text) {
        return WHITE_SPACE
                .splitAsStream(text.strip())
                .filter(uri -> !uri.isEmpty())
                .map(StoreUri::parse)
                .toList();
    }

    private static Optional<?> sizeAboveZero(Settings settings, String key) {
        return settings.read(key, "a size above 0, such as 512MiB or 8GiB", text -> {
            DataSize size = DataSize.parse(text);
            return size.bytes() > 0 ? size : null;
        });
    }

    private static Optional<?> textSize(Settings settings, String key) {
        return settings.read(key, "a size of at most " + MAX_TEXT, text -> {
            DataSize size = DataSize.parse(text);
            return size.compareTo(MAX_TEXT) <= 0 ? size : null;
        });
    }

    private static Optional<?> path(Settings settings, String key) {
        return settings.read(key, "a path, neither a URI nor one that begins with ~", CacheSetting::parsePath);
    }

    private static @Nullable Path parsePath(String text) {
        return text.isEmpty() || NO_PATH.matcher(text).matches() ? null : Path.of(text);
    }

    private static Optional<?> storeUris(Settings settings, String key) {
        return settings.read(key, "store URIs separated by white space", text -> {
            List<StoreUri> uris = parseStores(text);
            return uris.isEmpty() ? null : uris;
        });
    }
}
