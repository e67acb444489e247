package dev.kvc.cli;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.store.KvStore;
import dev.kvc.store.KvStoreProvider;
import dev.kvc.store.KvStores;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.StoreUri;
import dev.kvc.store.fs.OpenMode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which store: a directory, or one somewhere else, which a URI names. */
final class StoreOptions extends DirectoryOptions {
    @Option(
            names = {"-s", "--store"},
            paramLabel = "URI",
            description = "A store over a network in place of a directory, such as s3://bucket/prefix or redis://host;"
                    + " else KVC_STORE. Nothing of it is in a properties file.")
    private @Nullable String store;

    /** Opens it to look at it, or to do what is told. The caller closes the store. */
    KvStore openAny(Terminal terminal, OpenMode mode) throws IOException, CommandException {
        Optional<String> uri = elsewhere(terminal);
        return uri.isPresent() ? open(uri.get(), terminal) : open(terminal, mode);
    }

    /** Opens what is elsewhere. */
    static KvStore open(String uri, Terminal terminal) throws IOException, CommandException {
        List<KvStoreProvider> providers = KvStores.installedProviders();
        requireProvider(StoreUri.parse(uri), providers);
        return KvStores.open(
                uri, new StoreEnvironment(terminal.clock(), EvictionPolicies.load()::byName, List.of()), providers);
    }

    /** The URI with one more parameter. */
    static String with(String uri, String name, String value) {
        return uri + (uri.contains("?") ? "&" : "?") + name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static void requireProvider(StoreUri uri, List<KvStoreProvider> providers) throws CommandException {
        List<String> schemes =
                providers.stream().map(KvStoreProvider::scheme).sorted().toList();
        if (uri.scheme().equals("file") || uri.scheme().equals("memory")) {
            throw CommandException.usage(uri + " is not over a network; a directory is given with --dir");
        } else if (!schemes.contains(uri.scheme())) {
            throw CommandException.usage("there are no stores of the scheme " + uri.scheme() + "; there are "
                    + String.join(", ", schemes)
                    + (schemes.contains("s3")
                            ? ""
                            : ", and with the jar "
                                    + "whose name ends in -remote beside this one s3, redis and rediss"));
        }
    }

    /** The URI of a store that is no directory; empty if it is one. */
    Optional<String> elsewhere(Terminal terminal) throws CommandException {
        if (store != null && isDirGiven()) {
            throw CommandException.usage("--dir and --store are given; give one or the other");
        } else if (store != null || isDirGiven()) {
            return Optional.ofNullable(store);
        }
        Optional<String> named = Configuration.store(terminal.environment());
        if (named.isPresent() && terminal.environment().containsKey(Configuration.variable("dir"))) {
            throw CommandException.usage("KVC_DIR and KVC_STORE are set; say which with --dir or --store");
        }
        return named;
    }

    /**
     * What an option needs that is about files.
     *
     * @param isGiven whether it is
     */
    void requireDirectoryFor(String option, boolean isGiven, Terminal terminal) throws CommandException {
        if (isGiven && elsewhere(terminal).isPresent()) {
            throw CommandException.usage(option + " needs a directory, and no store over a network has one");
        }
    }
}
