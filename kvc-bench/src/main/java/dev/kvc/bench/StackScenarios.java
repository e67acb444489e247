package dev.kvc.bench;

import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.tier.Promotion;
import dev.kvc.store.tier.Tier;
import dev.kvc.store.tier.TieredKvStore;
import dev.kvc.store.tier.WriteMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Saves to and loads from memory, a directory and a Redis on the loopback behind each other. The bare side of what
 * comes from Redis, or goes there, also writes the file, as the directory does; what is in front already has no bare
 * side.
 */
final class StackScenarios {
    private StackScenarios() {}

    static List<Scenario> all() {
        if (!RedisProcess.isInstalled()) {
            return List.of();
        }
        return List.of(
                load("stack-load-1MiB", 1 << 20, 30).onlyInFull(),
                load("stack-load-64MiB", 64 << 20, 7),
                load("stack-load-512MiB", 512 << 20, 5).onlyInFull(),
                save("stack-save-1MiB", 1 << 20, 30).onlyInFull(),
                save("stack-save-64MiB", 64 << 20, 7),
                save("stack-save-512MiB", 512 << 20, 5).onlyInFull());
    }

    private static Scenario load(String name, int bytes, int rounds) {
        return Scenario.time(
                name,
                rounds,
                1,
                lab -> {},
                List.of(
                        new Side("KVC, from Redis", lab -> loading(Stack.holding(lab, "remote", bytes), bytes, true)),
                        new Side("KVC, from disk", lab -> loading(Stack.holding(lab, "disk", bytes), bytes, false)),
                        new Side("KVC, from memory", lab -> {
                            Stack stack = Stack.holding(lab, "memory", bytes);
                            stack.memory.save(Corpus.draft(0, PayloadSource.of(Corpus.payload(bytes))));
                            return reading(stack, bytes);
                        }),
                        new Side("bare GET + write", lab -> {
                            BareRedis redis = RedisScenarios.bare(lab);
                            redis.set(Corpus.payload(bytes));
                            ByteBuffer buffer = Corpus.fill(Corpus.direct(bytes));
                            Path file = lab.directory("bare").resolve("file");
                            return Operation.of(() -> Files.deleteIfExists(file), () -> {
                                redis.get(buffer.clear());
                                write(file, buffer);
                            });
                        })));
    }

    private static Operation loading(Stack stack, int bytes, boolean fromRedis) {
        return Operation.of(
                () -> {
                    stack.memory.remove(Corpus.key(0));
                    if (fromRedis) {
                        stack.disk.remove(Corpus.key(0));
                    }
                },
                reading(stack, bytes));
    }

    private static Operation reading(Stack stack, int bytes) {
        return RedisScenarios.reading(stack.store, bytes, LoadOptions.DEFAULT);
    }

    private static Scenario save(String name, int bytes, int rounds) {
        return Scenario.time(
                name,
                rounds,
                1,
                lab -> {},
                List.of(
                        new Side("KVC, drained", lab -> {
                            Stack stack = new Stack(lab, "kvc");
                            ByteBuffer payload = Corpus.payload(bytes);
                            return Operation.of(() -> stack.store.remove(Corpus.key(0)), () -> {
                                stack.store.save(Corpus.draft(0, PayloadSource.of(payload)));
                                stack.store.flush();
                            });
                        }),
                        new Side("bare write + SET", lab -> {
                            BareRedis redis = RedisScenarios.bare(lab);
                            ByteBuffer payload = Corpus.payload(bytes);
                            Path file = lab.directory("bare").resolve("file");
                            return Operation.of(
                                    () -> {
                                        redis.empty();
                                        Files.deleteIfExists(file);
                                    },
                                    () -> {
                                        write(file, payload);
                                        redis.set(payload);
                                    });
                        })));
    }

    private static void write(Path file, ByteBuffer payload) throws IOException {
        Bare.write(file, ByteBuffer.allocate(0), payload, Bare.Flush.NONE);
    }

    /** Three tiers, and each of the first two by itself. */
    private static final class Stack {
        private final KvStore memory;
        private final KvStore disk;
        private final TieredKvStore store;

        Stack(Lab lab, String name) throws Exception {
            memory = KvStores.open("memory:?budget=1200MiB");
            disk = Corpus.open(lab.directory(name).resolve("snapshots"));
            store = lab.closing(TieredKvStore.builder()
                    .tier(Tier.of(memory))
                    .tier(Tier.of(disk).promotion(Promotion.onFirstHit()))
                    .tier(Tier.of(RedisScenarios.store(RedisScenarios.server(lab, name)))
                            .writeMode(WriteMode.WRITE_BACK))
                    .build());
        }

        /** One that has a snapshot in all tiers. */
        static Stack holding(Lab lab, String name, int bytes) throws Exception {
            Stack stack = new Stack(lab, name);
            stack.store.save(Corpus.draft(0, PayloadSource.of(Corpus.payload(bytes))));
            stack.store.flush();
            return stack;
        }
    }
}
