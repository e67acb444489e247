package dev.kvc.bench;

import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.Snapshot;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Saves to and loads from a Redis on the loopback, beside a bare loop over the same client: parts of 4 MiB, four of
 * them under way over four connections. Each side has a server of its own, which is emptied before each save.
 */
final class RedisScenarios {
    private static final int PART = 4 << 20;
    private static final int CONNECTIONS = 4;
    private static final int MINUTE_MILLIS = 60_000;

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
                            BareRedis redis = lab.closing(new BareRedis(server(lab, "bare")));
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
                            BareRedis redis = lab.closing(new BareRedis(server(lab, "bare")));
                            redis.set(Corpus.payload(bytes));
                            ByteBuffer buffer = Corpus.fill(Corpus.direct(bytes));
                            return () -> redis.get(buffer.clear());
                        })));
    }

    private static Side loaded(String name, int bytes, LoadOptions options) {
        return new Side(name, lab -> {
            KvStore store = lab.closing(store(server(lab, "kvc " + options.verify())));
            store.save(Corpus.draft(0, PayloadSource.of(Corpus.payload(bytes))));
            ByteBuffer buffer = Corpus.fill(Corpus.direct(bytes));
            return () -> {
                try (Snapshot snapshot = store.load(Corpus.key(0), options).orElseThrow()) {
                    snapshot.payload().readFully(buffer.clear(), 0);
                }
            };
        });
    }

    private static RedisProcess server(Lab lab, String name) throws Exception {
        return lab.closing(RedisProcess.start(lab.directory(name)));
    }

    private static KvStore store(RedisProcess server) throws Exception {
        return KvStores.open("redis://127.0.0.1:" + server.port() + "/0?hold=1GiB");
    }

    /** What one would write with the client, and no more. */
    private static final class BareRedis implements AutoCloseable {
        private final RedisClient client;
        private final List<StatefulRedisConnection<byte[], byte[]>> connections = new ArrayList<>();

        BareRedis(RedisProcess server) {
            client = RedisClient.create("redis://127.0.0.1:" + server.port() + "/0");
            for (int i = 0; i < CONNECTIONS; i++) {
                connections.add(client.connect(ByteArrayCodec.INSTANCE));
            }
        }

        void empty() {
            connections.get(0).sync().flushall();
        }

        void set(ByteBuffer payload) throws Exception {
            Deque<RedisFuture<String>> sending = new ArrayDeque<>();
            for (int at = 0; at < payload.capacity(); at += PART) {
                byte[] part = new byte[Math.min(PART, payload.capacity() - at)];
                payload.get(at, part);
                if (sending.size() == CONNECTIONS) {
                    sending.remove().get();
                }
                sending.add(connection(at).async().set(name(at), part, SetArgs.Builder.px(MINUTE_MILLIS)));
            }
            for (RedisFuture<String> each : sending) {
                each.get();
            }
        }

        void get(ByteBuffer buffer) throws Exception {
            Deque<RedisFuture<byte[]>> coming = new ArrayDeque<>();
            for (int at = 0; at < buffer.capacity(); at += PART) {
                if (coming.size() == CONNECTIONS) {
                    buffer.put(coming.remove().get());
                }
                coming.add(connection(at).async().get(name(at)));
            }
            for (RedisFuture<byte[]> each : coming) {
                buffer.put(each.get());
            }
        }

        private StatefulRedisConnection<byte[], byte[]> connection(int at) {
            return connections.get(at / PART % CONNECTIONS);
        }

        private static byte[] name(int at) {
            return ("part:" + at).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public void close() {
            client.shutdown();
        }
    }
}
