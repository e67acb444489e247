package dev.kvc.store.memory;

import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.KvStoreProvider;
import dev.kvc.store.Settings;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.StoreUri;
import java.util.Optional;

/**
 * Opens {@code memory:?budget=512MiB}.
 *
 * <p>Parameters: {@code budget}, the bytes that snapshots may take together (required); {@code max-entry}, the largest
 * snapshot that is taken (the budget by default). The victims are Caffeine's; no eviction policy is used.
 */
public final class MemoryKvStoreProvider implements KvStoreProvider {
    /** For {@code ServiceLoader}. */
    public MemoryKvStoreProvider() {}

    @Override
    public String scheme() {
        return "memory";
    }

    @Override
    public KvStore open(StoreUri uri, StoreEnvironment environment) {
        Settings settings = uri.settings();
        Optional<DataSize> budget = size(settings, "budget");
        Optional<DataSize> maxEntry = size(settings, "max-entry");
        if (!uri.location().isEmpty()) {
            settings.problem(
                    "the location is \"" + uri.location() + "\"; memory has none, as in memory:?budget=512MiB");
        }
        if (!uri.parameters().containsKey("budget")) {
            settings.problem("budget is not set; it must be a size such as 512MiB");
        }
        if (budget.isPresent() && maxEntry.isPresent() && maxEntry.get().compareTo(budget.get()) > 0) {
            settings.problem("max-entry is " + maxEntry.get() + "; it must not exceed the budget, " + budget.get());
        }
        settings.requireValid();
        CaffeineKvStore.Builder store =
                CaffeineKvStore.builder().clock(environment.clock()).listeners(environment.listeners());
        budget.ifPresent(store::budget);
        maxEntry.ifPresent(store::maxEntry);
        return store.build();
    }

    private static Optional<DataSize> size(Settings settings, String name) {
        return settings.read(name, "a size of 1 byte or more, such as 512MiB", text -> {
            DataSize size = DataSize.parse(text);
            return size.bytes() == 0 ? null : size;
        });
    }
}
