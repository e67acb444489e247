package dev.kvc.bench;

import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.tier.Promotion;
import dev.kvc.store.tier.Tier;
import dev.kvc.store.tier.TieredKvStore;
import dev.kvc.store.tier.WriteMode;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Saves to and loads from memory, a directory and a server on the loopback behind each other. The bare side of what
 * comes from the server, or goes there, also keeps a copy in memory and writes the file, as the tiers in front do; what
 * is in front already has no bare side. What is loaded is written to the file by another thread, beside the next loads
 * of a round; the last one's may be under way when a round ends.
 */
final class StackScenarios {
    /**
     * All of it is there from the beginning. Each round puts another copy into memory, and whether the collector has a
     * place for it whose pages have been touched before would be what is measured.
     */
    private static final String[] HEAP = {"-Xms2g", "-Xmx2g", Scenario.YOUNG, "-XX:+AlwaysPreTouch"};

    private StackScenarios() {}

    static List<Scenario> all() {
        return Service.installed().stream().flatMap(StackScenarios::of).toList();
    }

    private static Stream<Scenario> of(Service service) {
        return Stream.of(
                load(service, "1MiB", 1 << 20, 20, 30).onlyInFull(), // several in a row, as from disk
                load(service, "64MiB", 64 << 20, 1, 21),
                load(service, "512MiB", 512 << 20, 1, 5).onlyInFull(),
                save(service, "1MiB", 1 << 20, 30).onlyInFull(),
                save(service, "64MiB", 64 << 20, 15),
                save(service, "512MiB", 512 << 20, 5).onlyInFull());
    }

    private static Scenario load(Service service, String size, int bytes, int batch, int rounds) {
        Scenario scenario = Scenario.time(
                service.stackId() + "-load-" + size,
                rounds,
                batch,
                lab -> {},
                List.of(
                        new Side(
                                "KVC, from " + service.title(),
                                lab -> loading(
                                        Stack.holding(lab, service, "remote", bytes, batch), bytes, batch, true)),
                        new Side(
                                        "KVC, from disk",
                                        lab -> loading(
                                                Stack.holding(lab, service, "disk", bytes, batch), bytes, batch, false))
                                .onlyInFull(),
                        new Side("KVC, from memory", lab -> {
                                    Stack stack = Stack.holding(lab, service, "memory", bytes, batch);
                                    for (int i = 0; i < batch; i++) {
                                        stack.memory.save(Corpus.draft(i, PayloadSource.of(Corpus.payload(bytes))));
                                    }
                                    return reading(stack, bytes, batch);
                                })
                                .onlyInFull(),
                        new Side("bare GET + keep + write", lab -> {
                            BareStack stack = new BareStack(lab, service, batch);
                            ByteBuffer buffer = Corpus.payload(bytes);
                            long crcs = Bare.crcs(buffer);
                            for (int i = 0; i < batch; i++) {
                                stack.remote.put(i, buffer);
                            }
                            return Operation.of(
                                    stack::forget, RemoteScenarios.comingTo(crcs, () -> stack.load(buffer)));
                        })));
        return service.scenario(scenario.withJvm(HEAP), bytes);
    }

    private static Operation loading(Stack stack, int bytes, int snapshots, boolean fromRemote) {
        return Operation.of(
                () -> {
                    stack.store.flush();
                    for (int i = 0; i < snapshots; i++) {
                        stack.memory.remove(Corpus.key(i));
                        if (fromRemote) {
                            stack.removeFromDisk(i);
                        }
                    }
                },
                reading(stack, bytes, snapshots));
    }

    private static Operation reading(Stack stack, int bytes, int snapshots) {
        return RemoteScenarios.reading(stack.store, bytes, snapshots, LoadOptions.DEFAULT);
    }

    private static Scenario save(Service service, String size, int bytes, int rounds) {
        Scenario scenario = Scenario.time(
                service.stackId() + "-save-" + size,
                rounds,
                1,
                lab -> {},
                List.of(
                        new Side("KVC, drained", lab -> {
                            Stack stack = new Stack(lab, service, "kvc");
                            ByteBuffer payload = Corpus.payload(bytes);
                            Operation remove = () -> {
                                stack.removeFromDisk(0);
                                stack.store.remove(Corpus.key(0));
                            };
                            return Operation.of(remove, () -> {
                                stack.store.save(Corpus.draft(0, PayloadSource.of(payload)));
                                stack.store.flush();
                            });
                        }),
                        new Side("bare keep + write + " + service.writing(), lab -> {
                            BareStack stack = new BareStack(lab, service, 1);
                            ByteBuffer payload = Corpus.payload(bytes);
                            return Operation.of(
                                    () -> {
                                        stack.remote.empty();
                                        stack.forget();
                                    },
                                    RemoteScenarios.comingTo(Bare.crcs(payload), () -> stack.save(payload)));
                        })));
        return service.scenario(scenario.withJvm(HEAP), bytes);
    }

    /** What three tiers must do, for payloads in their turn. Their checksums are computed where they come or go. */
    private static final class BareStack {
        private static final ByteBuffer NO_HEAD = ByteBuffer.allocate(0);

        private final Remote.Bare remote;
        private final List<Path> files = new ArrayList<>();
        private final List<ByteBuffer> kept = new ArrayList<>();
        private final Leftovers leftovers;

        BareStack(Lab lab, Service service, int copies) throws Exception {
            remote = RemoteScenarios.bare(lab, service);
            Path directory = lab.directory("bare");
            for (int i = 0; i < copies; i++) {
                files.add(directory.resolve("file" + i));
            }
            leftovers = lab.leftovers();
        }

        /** Removes what is in front. */
        void forget() throws Exception {
            kept.clear();
            for (Path file : files) {
                leftovers.remove(file);
            }
        }

        long load(ByteBuffer buffer) throws Exception {
            ByteBuffer copy = ByteBuffer.allocate(buffer.capacity());
            long crcs = remote.get(kept.size(), copy);
            keep(copy, copy);
            buffer.clear().put(copy.clear());
            return crcs;
        }

        long save(ByteBuffer payload) throws Exception {
            keep(ByteBuffer.allocate(payload.capacity()).put(payload.duplicate().clear()), payload);
            return remote.put(0, payload);
        }

        private void keep(ByteBuffer copy, ByteBuffer payload) throws Exception {
            Bare.write(files.get(kept.size()), NO_HEAD, payload, false, Bare.Flush.NONE);
            kept.add(copy);
        }
    }

    /** Three tiers, and each of the first two by itself. */
    private static final class Stack {
        private final KvStore memory;
        private final KvStore disk;
        private final Path directory;
        private final Leftovers leftovers;
        private final TieredKvStore store;

        Stack(Lab lab, Service service, String name) throws Exception {
            memory = KvStores.open("memory:?budget=1200MiB");
            directory = lab.directory(name).resolve("snapshots");
            disk = Corpus.open(directory);
            leftovers = lab.leftovers();
            store = lab.closing(TieredKvStore.builder()
                    .tier(Tier.of(memory))
                    .tier(Tier.of(disk).promotion(Promotion.onFirstHit()))
                    .tier(Tier.of(RemoteScenarios.server(lab, service, name).store())
                            .writeMode(WriteMode.WRITE_BACK))
                    .build());
        }

        void removeFromDisk(int index) throws Exception {
            leftovers.remove(Corpus.file(directory, index), () -> disk.remove(Corpus.key(index)));
        }

        /** One that has so many snapshots in all tiers. */
        static Stack holding(Lab lab, Service service, String name, int bytes, int snapshots) throws Exception {
            Stack stack = new Stack(lab, service, name);
            for (int i = 0; i < snapshots; i++) {
                stack.store.save(Corpus.draft(i, PayloadSource.of(Corpus.payload(bytes))));
            }
            stack.store.flush();
            return stack;
        }
    }
}
