package dev.kvc.guice;

import dev.kvc.store.StoreUri;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One cache as it is to be opened: its tiers, fastest first, memory before disk before the others.
 *
 * @param name of the cache
 * @param memory settings of the memory store, by the names it has for them; empty for no memory
 * @param directory {@code null} for no disk
 * @param disk settings of the directory, likewise
 * @param stores those behind
 * @param remote how those are used that are over a network, by the names of {@link RemoteTier}
 * @param resilient whether failures are misses
 */
record CacheConfig(
        String name,
        Map<String, String> memory,
        @Nullable Path directory,
        Map<String, String> disk,
        List<StoreUri> stores,
        Map<String, String> remote,
        boolean resilient) {
    CacheConfig {
        memory = Map.copyOf(memory);
        disk = Map.copyOf(disk);
        stores = List.copyOf(stores);
        remote = Map.copyOf(remote);
    }

    /** Stands for a cache whose settings are wrong. It is bound, so that nobody misses it, and never opened. */
    static CacheConfig broken(String name) {
        return new CacheConfig(name, Map.of(), null, Map.of(), List.of(), Map.of(), false);
    }

    /** What it is made of, for messages. */
    String describe() {
        List<String> tiers = new ArrayList<>();
        if (!memory.isEmpty()) {
            tiers.add("memory of " + memory.get("budget"));
        }
        if (directory != null) {
            tiers.add("directory " + directory);
        }
        stores.forEach(store -> tiers.add("store " + store));
        return "cache \"" + name + "\" (" + String.join(", ", tiers) + ")";
    }
}
