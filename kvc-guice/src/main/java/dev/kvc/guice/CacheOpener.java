package dev.kvc.guice;

import com.google.inject.Provider;
import com.google.inject.ProvisionException;
import com.google.inject.Stage;
import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import dev.kvc.store.Settings;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.StoreUri;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.tier.TieredKvStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Opens one cache, when the injector first needs it. */
final class CacheOpener implements Provider<KvStore> {
    private final CacheConfig config;
    private final Stage stage;
    private final Provider<Plugs> plugs;
    private final Provider<Openings> openings;

    CacheOpener(CacheConfig config, Stage stage, Provider<Plugs> plugs, Provider<Openings> openings) {
        this.config = config;
        this.stage = stage;
        this.plugs = plugs;
        this.openings = openings;
    }

    @Override
    public KvStore get() {
        Plugs available = plugs.get();
        Openings opened = openings.get();
        try {
            opened.requireOpen();
            return opened.add(open(available));
        } catch (IOException | RuntimeException e) {
            if (stage == Stage.PRODUCTION) {
                opened.abandon(e);
            }
            throw new ProvisionException(config.describe() + " cannot be opened: " + e.getMessage(), e);
        }
    }

    private KvStore open(Plugs available) throws IOException {
        List<KvStore> tiers = new ArrayList<>();
        try {
            openTiers(available, tiers);
            KvStore store = tiers.size() == 1
                    ? tiers.get(0)
                    : tiered(tiers, available.environment().clock(), new RemoteTier(config.remote()));
            return config.resilient() ? KvStores.resilient(store) : store;
        } catch (IOException | RuntimeException e) {
            Collections.reverse(tiers);
            Closing.suppressed(tiers, e);
            throw e;
        }
    }

    /** Opens them fastest first; those that are open when one fails are in {@code tiers}. */
    private void openTiers(Plugs available, List<KvStore> tiers) throws IOException {
        if (!config.memory().isEmpty()) {
            tiers.add(available.open(new StoreUri("memory", "", config.memory())));
        }
        Path directory = config.directory();
        if (directory != null) {
            tiers.add(openDisk(directory, available.environment()));
        }
        for (StoreUri uri : config.stores()) {
            tiers.add(available.open(uri));
        }
    }

    private KvStore openDisk(Path directory, StoreEnvironment environment) throws IOException {
        FileSystemKvStore.Builder builder = FileSystemKvStore.builder(directory).clock(environment.clock());
        builder.listeners(environment.listeners());
        Settings settings = new Settings(CacheSetting.prefix(config.name()) + "*", config.disk());
        builder.settings(settings, environment.policies());
        settings.requireValid();
        return builder.open();
    }

    private static KvStore tiered(List<KvStore> tiers, InstantSource clock, RemoteTier remote) {
        TieredKvStore.Builder builder = TieredKvStore.builder().clock(clock);
        for (int i = 0; i < tiers.size(); i++) {
            builder.tier(remote.of(tiers, i));
        }
        return builder.build();
    }
}
