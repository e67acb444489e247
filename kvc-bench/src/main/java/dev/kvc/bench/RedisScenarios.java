package dev.kvc.bench;

import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.Snapshot;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Saves to and loads from a Redis on the loopback, beside a bare loop over the same client: parts of 4 MiB, four of
 * them under way over four connections. Each side has a server of its own, which is emptied before each save.
 */
final class RedisScenarios {
    private RedisScenarios() {}

    static List<Scenario> all() {
        if (!RedisProcess.isInstalled()) {
            return List.of();
        }
        return List.of(
                save("redis-save-1MiB", 1 << 20, 50),
                save("redis-save-64MiB", 64 << 20, 15),
                save("redis-save-512MiB", 512 << 20, 7).onlyInFull(),
                load("redis-load-1MiB", 1 << 20, 50),
                load("redis-load-64MiB", 64 << 20, 15),
                load("redis-load-512MiB", 512 << 20, 7).onlyInFull());
    }

    private static Scenario save(String name, int bytes, int rounds) {
        return Scenario.time(
                name,
                rounds,
                1,
                lab -> {},
                List.of(
                        new Side("KVC", lab -> {
                            RedisProcess server = server(lab, "kvc");
                            KvStore store = lab.closing(store(server));
                            BareRedis admin = lab.closing(new BareRedis(server));
                            ByteBuffer payload = Corpus.payload(bytes);
                            return Operation.of(
                                    admin::empty, () -> store.save(Corpus.draft(0, PayloadSource.of(payload))));
                        }),
                        new Side("bare SET", lab -> {
                            BareRedis redis = bare(lab);
                            ByteBuffer payload = Corpus.payload(bytes);
                            return Operation.of(redis::empty, () -> redis.set(payload));
                        })));
    }

    private static Scenario load(String name, int bytes, int rounds) {
        return Scenario.time(
                name,
                rounds,
                1,
                lab -> {},
                List.of(
                        loaded("KVC, verified on read", bytes, LoadOptions.DEFAULT.verify(Verify.ON_READ)),
                        loaded("KVC, verified on load", bytes, LoadOptions.DEFAULT),
                        new Side("bare GET", lab -> {
                            BareRedis redis = bare(lab);
                            redis.set(Corpus.payload(bytes));
                            ByteBuffer buffer = Corpus.fill(Corpus.direct(bytes));
                            return () -> redis.get(buffer.clear());
                        })));
    }

    private static Side loaded(String name, int bytes, LoadOptions options) {
        return new Side(name, lab -> {
            KvStore store = lab.closing(store(server(lab, "kvc " + options.verify())));
            store.save(Corpus.draft(0, PayloadSource.of(Corpus.payload(bytes))));
            return reading(store, bytes, options);
        });
    }

    /** Loads the first snapshot into a buffer that is kept. */
    static Operation reading(KvStore store, int bytes, LoadOptions options) {
        ByteBuffer buffer = Corpus.fill(Corpus.direct(bytes));
        return () -> {
            try (Snapshot snapshot = store.load(Corpus.key(0), options).orElseThrow()) {
                snapshot.payload().readFully(buffer.clear(), 0);
            }
        };
    }

    /** The client by itself, with a server of its own. */
    static BareRedis bare(Lab lab) throws Exception {
        return lab.closing(new BareRedis(server(lab, "bare")));
    }

    static RedisProcess server(Lab lab, String name) throws Exception {
        return lab.closing(RedisProcess.start(lab.directory(name)));
    }

    static KvStore store(RedisProcess server) throws Exception {
        return KvStores.open("redis://127.0.0.1:" + server.port() + "/0?hold=1GiB");
    }
}
