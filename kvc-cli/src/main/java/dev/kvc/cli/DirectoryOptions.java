package dev.kvc.cli;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.format.Namespace;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.Settings;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.fs.OpenMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which directory, and how its cache is set up. */
class DirectoryOptions {
    private static final DataSize NO_BUDGET = DataSize.ofBytes(Long.MAX_VALUE);

    private static final List<String> READING = List.of("max-text", "read-threads");

    @Option(
            names = {"-d", "--dir"},
            paramLabel = "DIR",
            description = "The directory; else KVC_DIR, else kvc.disk.dir of the properties file.")
    private @Nullable Path dir;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A properties file with the keys of a cache, such as kvc.disk.budget; else KVC_CONFIG.")
    private @Nullable Path config;

    @Option(
            names = "--cache",
            paramLabel = "NAME",
            description = "Read kvc.cache.NAME.… of the properties file rather than kvc.…")
    private @Nullable String cache;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "This namespace alone, . for the directory itself; all by default.")
    private @Nullable String namespace;

    /** A builder for the directory, as one who looks at it or manages it opens it: no limit hides a snapshot. */
    FileSystemKvStore.Builder builder(Terminal terminal, OpenMode mode) throws IOException, CommandException {
        return builder(terminal, mode, READING);
    }

    /** The same with all settings of the cache but those that {@code flags} have set. */
    FileSystemKvStore.Builder configured(Terminal terminal, OpenMode mode, List<String> flags)
            throws IOException, CommandException {
        List<String> names = new ArrayList<>(Configuration.NAMES);
        names.remove("dir");
        names.removeAll(flags);
        return builder(terminal, mode, names);
    }

    private FileSystemKvStore.Builder builder(Terminal terminal, OpenMode mode, List<String> names)
            throws IOException, CommandException {
        Configuration configuration = configuration(terminal);
        FileSystemKvStore.Builder builder =
                FileSystemKvStore.builder(directory(configuration)).mode(mode).clock(terminal.clock());
        Settings settings = new Settings("settings of the directory", configuration.only(names));
        builder.settings(settings, EvictionPolicies.load()::byName);
        settings.requireValid();
        return builder;
    }

    /** Opens the directory to look at it, or to do what is told. The caller closes the store. */
    FileSystemKvStore open(Terminal terminal, OpenMode mode) throws IOException, CommandException {
        return builder(terminal, mode)
                .budget(NO_BUDGET)
                .policy(new NothingToEvict())
                .open();
    }

    /** Opens the directory to look at it, with all texts read, of which {@code policy} is told. */
    FileSystemKvStore openWithTexts(Terminal terminal, EvictionPolicyFactory policy)
            throws IOException, CommandException {
        return builder(terminal, OpenMode.READ)
                .budget(NO_BUDGET)
                .policy(policy)
                .textsFirst()
                .open();
    }

    Configuration configuration(Terminal terminal) throws IOException, CommandException {
        return Configuration.read(terminal.environment(), config, cache);
    }

    Path directory(Terminal terminal) throws IOException, CommandException {
        return directory(configuration(terminal));
    }

    private Path directory(Configuration configuration) throws CommandException {
        Optional<Path> directory =
                Optional.ofNullable(dir).or(() -> configuration.get("dir").map(Path::of));
        return directory.orElseThrow(() -> CommandException.usage(
                "no directory is given; use --dir DIR, or set KVC_DIR, or kvc.disk.dir in the file of --config"));
    }

    boolean isDirGiven() {
        return dir != null;
    }

    /** The namespaces to look at. */
    List<KvStore> namespaces(KvStore store) throws IOException {
        if (namespace != null) {
            return List.of(store.in(namespace()));
        }
        List<KvStore> all = new ArrayList<>();
        for (Namespace each : store.namespaces()) {
            all.add(store.in(each));
        }
        return all;
    }

    /** The namespace that was asked for, or the directory itself. */
    Namespace namespace() {
        return namespace == null || namespace.equals(".") ? Namespace.DEFAULT : Namespace.of(namespace);
    }

    boolean isOneNamespace() {
        return namespace != null;
    }
}
