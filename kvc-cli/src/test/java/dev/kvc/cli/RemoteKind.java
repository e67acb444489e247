package dev.kvc.cli;

import static dev.kvc.cli.Directories.draft;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Stores over a network, each with what is needed to make one and to break it. */
enum RemoteKind {
    S3 {
        @Override
        String uri(String prefix) {
            return "s3://" + Servers.BUCKET + "/" + prefix + "?endpoint=" + Servers.s3Endpoint();
        }

        @Override
        void damage(String prefix, String text, int at) throws IOException {
            String object = prefix + "/" + Directories.name(text);
            byte[] bytes = Servers.get(object);
            bytes[at] ^= 1;
            Servers.put(object, bytes);
        }
    },
    REDIS {
        @Override
        String uri(String prefix) {
            return "redis://127.0.0.1:" + Servers.redisPort() + "?prefix=" + prefix;
        }

        @Override
        void damage(String prefix, String text, int at) throws IOException {
            String file = "{" + prefix + ":m:" + Namespace.DEFAULT.name() + ":" + KvcKey.of(text) + "}:f";
            int length = length(Servers.redis(1, "STRLEN", file));
            assertThat(length).isGreaterThan(at);
            assertThat(length(Servers.redis(1, "SETRANGE", file, Integer.toString(at), "~")))
                    .isEqualTo(length);
        }
    };

    private static int length(List<String> answer) {
        return Integer.parseInt(answer.get(0).substring(1));
    }

    static final String BEGINNING = "You are a helpful assistant.";
    static final String LONGER = BEGINNING + "\nToday is Monday.";
    private static final AtomicInteger PREFIXES = new AtomicInteger();

    abstract String uri(String prefix);

    /** Changes a byte of a stored snapshot behind the store's back. */
    abstract void damage(String prefix, String text, int at) throws IOException;

    /** Changes one of its payload. */
    void damage(String prefix, String text) throws IOException {
        damage(prefix, text, 52 + text.length() + 3);
    }

    /** A prefix that no other test has. */
    static String newPrefix() {
        return "test-" + PREFIXES.incrementAndGet();
    }

    /** Saves three snapshots, one of them in a namespace and one hit once. */
    void fill(String prefix) throws IOException {
        try (KvStore store = KvStores.open(uri(prefix))) {
            store.save(draft(BEGINNING, 10_000));
            store.save(draft(LONGER, 20_000));
            store.in(Namespace.of("llama")).save(draft(BEGINNING, 30_000));
            store.load(KvcKey.of(LONGER)).orElseThrow().close();
        }
    }
}
