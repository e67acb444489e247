package dev.kvc.redis;

import dev.kvc.format.KvcCodec;
import dev.kvc.remote.RemoteSettings;
import dev.kvc.store.DataSize;
import dev.kvc.store.Settings;
import dev.kvc.store.StoreUri;
import dev.kvc.store.spi.ImageReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a URI says. {@link RedisKvStore} has the table.
 *
 * @param ttl zero for none
 * @param hold the largest payload that is held in memory to be verified on load, and how much of that memory is kept to
 *     be used again
 */
record RedisSettings(
        String location,
        Mode mode,
        boolean tls,
        boolean verifyPeer,
        @Nullable Path caFile,
        List<Node> nodes,
        int database,
        @Nullable String master,
        @Nullable String user,
        @Nullable String password,
        String prefix,
        Duration ttl,
        Duration orphanTtl,
        Duration grace,
        int partBytes,
        int connections,
        Duration timeout,
        Duration connectTimeout,
        int maxTextBytes,
        long hold,
        long maxEntry,
        RemoteSettings calls) {
    private static final Pattern LOCATION = Pattern.compile("//([^/@]+)(?:/(\\d{0,5}))?/?");
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,63}");
    private static final int MIB = 1 << 20;
    private static final int MAX_PART = 64 * MIB;
    private static final int MAX_TEXT_BYTES = Integer.MAX_VALUE - 8;

    /** What answers at the nodes. */
    enum Mode {
        /** One server. */
        SINGLE,
        /** Sentinels, which know the master. */
        SENTINEL,
        /** A cluster, of which the nodes are some. */
        CLUSTER;

        int defaultPort() {
            return this == SENTINEL ? 26379 : 6379;
        }
    }

    /** A host and a port. */
    record Node(String host, int port) {
        static @Nullable Node parse(String text, int defaultPort) {
            int colon = text.lastIndexOf(':');
            boolean hasPort = colon >= 0 && !text.endsWith("]");
            String host = hasPort ? text.substring(0, colon) : text;
            int port = hasPort ? Integer.parseInt(text.substring(colon + 1)) : defaultPort;
            return host.isEmpty() || port < 1 || port > 65535 ? null : new Node(host, port);
        }

        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /**
     * Reads a URI.
     *
     * @throws IllegalArgumentException if anything in it is wrong; all of it is named
     */
    static RedisSettings read(StoreUri uri, boolean tls) {
        Settings settings = uri.settings();
        Mode mode = settings.oneOf("mode", Mode.class).orElse(Mode.SINGLE);
        Matcher location = LOCATION.matcher(uri.location());
        boolean hasLocation = location.matches();
        if (!hasLocation) {
            settings.problem("the location must be //host:port,host:port/database, without user and password: those are"
                    + " settings, because locations stand in logs");
        }
        RedisSettings all = new RedisSettings(
                uri.scheme() + ":" + (hasLocation ? uri.location() : ""),
                mode,
                tls,
                settings.flag("verify-peer").orElse(true),
                settings.read("ca-file", "the path of a PEM file", Path::of).orElse(null),
                hasLocation ? nodes(location.group(1), mode, settings) : List.of(),
                hasLocation ? database(location.group(2)) : 0,
                settings.text("master").orElse(null),
                settings.text("user").orElse(null),
                password(settings).orElse(null),
                settings.read(
                                "prefix",
                                "letters, digits, '.', '_', '/' and '-', 1 to 64 of them",
                                RedisSettings::prefix)
                        .orElse("kvc"),
                settings.duration("ttl").orElse(Duration.ofDays(7)),
                positive(settings, "orphan-ttl", Duration.ofMinutes(10)),
                positive(settings, "grace", Duration.ofMinutes(1)),
                (int) settings.size("part-size").orElse(DataSize.ofMebibytes(4)).bytes(),
                settings.count("connections", 1, 64).orElse(4L).intValue(),
                positive(settings, "timeout", Duration.ofSeconds(5)),
                positive(settings, "connect-timeout", Duration.ofSeconds(2)),
                (int) settings.size("max-text")
                        .orElse(DataSize.ofBytes(KvcCodec.DEFAULT_MAX_TEXT_BYTES))
                        .bytes(),
                settings.size("hold").map(DataSize::bytes).orElseGet(ImageReader::defaultHeldBytes),
                settings.size("max-entry").orElse(DataSize.ofGibibytes(16)).bytes(),
                RemoteSettings.read(settings));
        all.check(settings);
        settings.requireValid();
        return all;
    }

    private void check(Settings settings) {
        requireSize(
                settings,
                "part-size",
                "a multiple of 1MiB, up to 64MiB",
                bytes -> bytes >= MIB && bytes <= MAX_PART && bytes % MIB == 0);
        requireSize(
                settings,
                "max-text",
                "a size of at most " + MAX_TEXT_BYTES + " bytes",
                bytes -> bytes <= MAX_TEXT_BYTES);
        if ((mode == Mode.SENTINEL) != (master != null)) {
            settings.problem("master is " + (master == null ? "not set" : "\"" + master + "\"")
                    + "; it goes with mode=sentinel, which needs it");
        }
        if (mode == Mode.CLUSTER && database != 0) {
            settings.problem("the database is " + database + "; a cluster has 0 alone");
        }
        if (mode == Mode.SINGLE && nodes.size() > 1) {
            settings.problem("there are " + nodes.size() + " hosts; mode must be sentinel or cluster");
        }
        if (user != null && password == null) {
            settings.problem("user is \"" + user + "\"; it needs password-file or password-env");
        }
        if (!tls && (caFile != null || !verifyPeer)) {
            settings.problem("ca-file and verify-peer go with the scheme rediss");
        }
        if (ttl.toMillis() < 1 && !ttl.isZero()) {
            settings.problem("ttl is " + ttl + "; it must be 1ms or more, or 0s for none");
        }
    }

    private static void requireSize(Settings settings, String name, String rule, LongPredicate holds) {
        settings.size(name)
                .filter(size -> !holds.test(size.bytes()))
                .ifPresent(size -> settings.problem(name + " is " + size + "; it must be " + rule));
    }

    private static List<Node> nodes(String hosts, Mode mode, Settings settings) {
        List<Node> nodes = new ArrayList<>();
        for (String host : hosts.split(",", -1)) {
            @Nullable Node node;
            try {
                node = Node.parse(host, mode.defaultPort());
            } catch (NumberFormatException e) {
                node = null;
            }
            if (node == null) {
                settings.problem("\"" + host + "\" in the location is not host:port");
            } else {
                nodes.add(node);
            }
        }
        return List.copyOf(nodes);
    }

    private static int database(@Nullable String digits) {
        return digits == null || digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }

    private static @Nullable String prefix(String text) {
        return PREFIX.matcher(text).matches() ? text : null;
    }

    private static Duration positive(Settings settings, String name, Duration otherwise) {
        Duration value = settings.duration(name).orElse(otherwise);
        if (value.toMillis() < 1) {
            settings.problem(name + " is " + value + "; it must be 1ms or more");
        }
        return value;
    }

    /** A password stands in a file or in the environment: a URI stands in logs and in lists of processes. */
    private static Optional<String> password(Settings settings) {
        Optional<String> file = settings.read("password-file", "a file that can be read", RedisSettings::contentOf);
        Optional<String> variable = settings.read("password-env", "the name of a variable that is set", System::getenv);
        if (file.isPresent() && variable.isPresent()) {
            settings.problem("password-file was set beside password-env; give one or the other");
        }
        return file.or(() -> variable);
    }

    private static String contentOf(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException(e.toString(), e);
        }
    }

    /** Where it is; no user and no password. */
    @Override
    public String toString() {
        return location;
    }
}
