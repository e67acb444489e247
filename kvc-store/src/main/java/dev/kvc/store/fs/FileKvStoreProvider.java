package dev.kvc.store.fs;

import dev.kvc.store.KvStore;
import dev.kvc.store.KvStoreProvider;
import dev.kvc.store.Settings;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.StoreUri;
import dev.kvc.store.VerifyOptions;
import dev.kvc.store.VerifyReport;
import java.io.IOException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;

/**
 * Opens directories: {@code file:///var/cache/kvc?budget=8GiB&policy=lru}. The parameters are those of
 * {@link FileSystemKvStore.Builder#settings}; {@code budget} is required.
 */
public final class FileKvStoreProvider implements KvStoreProvider {
    /** A provider; it has no state. */
    public FileKvStoreProvider() {}

    @Override
    public String scheme() {
        return "file";
    }

    @Override
    public KvStore open(StoreUri uri, StoreEnvironment environment) throws IOException {
        Settings settings = uri.settings();
        FileSystemKvStore.Builder builder = builder(uri, settings, environment);
        if (settings.text("budget").isEmpty()) {
            settings.problem("budget is not set; it must be a size such as 8GiB");
        }
        settings.requireValid();
        return builder.open();
    }

    /** Takes the same parameters as {@link #open}, so that the same URI serves for both; none is required. */
    @Override
    public VerifyReport verify(StoreUri uri, StoreEnvironment environment, VerifyOptions options) throws IOException {
        Settings settings = uri.settings();
        FileSystemKvStore.Builder builder = builder(uri, settings, environment);
        settings.requireValid();
        return builder.verify(options);
    }

    private static FileSystemKvStore.Builder builder(StoreUri uri, Settings settings, StoreEnvironment environment) {
        return FileSystemKvStore.builder(directory(uri))
                .clock(environment.clock())
                .listeners(environment.listeners())
                .settings(settings, environment.policies());
    }

    private static Path directory(StoreUri uri) {
        try {
            return Path.of(uri.base());
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            throw new IllegalArgumentException(
                    "not the URI of a directory: \"" + uri + "\" (file:///absolute/path)", e);
        }
    }
}
