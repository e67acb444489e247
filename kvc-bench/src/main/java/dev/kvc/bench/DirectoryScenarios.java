package dev.kvc.bench;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.Snapshot;
import dev.kvc.store.fs.FileSystemKvStore;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;

/** What depends on how many snapshots a directory holds: opening it, prefix lookup, eviction. */
final class DirectoryScenarios {
    static final int PROMPT_BYTES = 1 << 18;
    static final int EVICTED = 1_000;

    private DirectoryScenarios() {}

    static List<Scenario> all() {
        return List.of(
                prefix(100, 21, 20, true),
                prefix(1_000, 21, 5, true),
                prefix(10_000, 21, 1, true),
                prefix(100_000, 21, 1, false),
                check(),
                evict(100_000),
                open(10_000, 7).onlyInFull(),
                open(100_000, 3),
                open(1_000_000, 3).onlyInFull());
    }

    static FileSystemKvStore store(SparseDirectory directory, DataSize budget) throws Exception {
        return FileSystemKvStore.builder(directory.path()).budget(budget).open();
    }

    private static DataSize plenty() {
        return DataSize.ofGibibytes(4_096);
    }

    static byte[] prompt() {
        byte[] prompt = new byte[PROMPT_BYTES];
        new Random(7).nextBytes(prompt);
        return prompt;
    }

    private static Scenario prefix(int count, int rounds, int batch, boolean withReplica) {
        List<Side> sides = new ArrayList<>();
        sides.add(new Side("KVC", lab -> {
            FileSystemKvStore store = lab.closing(store(SparseDirectory.of(lab, count), plenty()));
            PrefixQuery query = PrefixQuery.of(prompt());
            return () -> {
                if (!store.match(query).candidates().isEmpty()) {
                    throw new IllegalStateException("nothing was to match");
                }
            };
        }));
        Side pass = Side.plain("one SHA-1 pass", lab -> {
            byte[] prompt = prompt();
            return () -> KvcKey.of(prompt);
        });
        sides.add(count <= 1_000 ? pass : pass.onlyInFull());
        if (withReplica) {
            sides.add(Side.plain("replica of ds4", lab -> {
                        SparseDirectory directory = SparseDirectory.of(lab, count);
                        byte[] prompt = prompt();
                        return () -> Replica.lookup(directory.path(), prompt);
                    })
                    .onlyInFull());
        }
        return Scenario.time(
                "prefix-" + count,
                rounds,
                batch,
                lab -> SparseDirectory.of(lab, count).make(),
                sides);
    }

    private static Scenario check() {
        List<Side> sides = new ArrayList<>();
        for (int count : List.of(100, 10_000, 100_000)) {
            Side check = new Side("KVC, " + count + " files", lab -> {
                FileSystemKvStore store = lab.closing(store(SparseDirectory.of(lab, count), plenty()));
                store.openReport();
                return () -> store.evictToBudget();
            });
            sides.add(count == 10_000 ? check.onlyInFull() : check);
        }
        sides.add(Side.plain("replica of the reference, 10000 files", lab -> {
                    SparseDirectory directory = SparseDirectory.of(lab, 10_000);
                    return () -> Replica.evictWithinBudget(directory.path());
                })
                .onlyInFull());
        return Scenario.time(
                "evict-check",
                21,
                100,
                lab -> {
                    for (int count : List.of(100, 10_000, 100_000)) {
                        SparseDirectory.of(lab, count).make();
                    }
                },
                sides);
    }

    private static Scenario evict(int count) {
        return Scenario.time(
                "evict-" + EVICTED + "-of-" + count,
                7,
                1,
                lab -> SparseDirectory.of(lab, count).make(),
                List.of(
                        new Side("KVC", lab -> {
                            SparseDirectory directory = SparseDirectory.of(lab, count);
                            DataSize budget = DataSize.ofBytes(directory.bytes(EVICTED, count));
                            FileSystemKvStore[] store = {null};
                            lab.closing(() -> store[0].close());
                            return Operation.of(
                                    () -> {
                                        if (store[0] != null) {
                                            store[0].close();
                                        }
                                        directory.refill(EVICTED);
                                        Thread.sleep(50); // a directory that changed just now is listed once more
                                        store[0] = FileSystemKvStore.builder(directory.path())
                                                .budget(budget)
                                                .policy(EvictionPolicies.lru()) // removes the oldest, as the bare side
                                                .open();
                                        store[0].openReport();
                                    },
                                    () -> {
                                        int evicted = store[0].evictToBudget();
                                        if (evicted != EVICTED) {
                                            throw new IllegalStateException("evicted " + evicted);
                                        }
                                    });
                        }),
                        Side.plain("bare deletes", lab -> {
                            SparseDirectory directory = SparseDirectory.of(lab, count);
                            List<Path> files = new ArrayList<>();
                            for (int i = 0; i < EVICTED; i++) {
                                files.add(directory.file(i));
                            }
                            Operation prepare = () -> {
                                directory.refill(EVICTED);
                                bareOpen(directory.path()); // the other side has read the directory, too: its files are
                                // not hot
                            };
                            return Operation.of(prepare, () -> {
                                for (Path file : files) {
                                    Files.delete(file);
                                }
                            });
                        })));
    }

    private static Scenario open(int count, int rounds) {
        return Scenario.time(
                        "open-" + count,
                        rounds,
                        1,
                        lab -> {
                            SparseDirectory directory = SparseDirectory.of(lab, count);
                            directory.make();
                            directory.refill(EVICTED);
                        },
                        List.of(
                                new Side("KVC", lab -> {
                                    SparseDirectory directory = SparseDirectory.of(lab, count);
                                    return () -> {
                                        try (FileSystemKvStore store = store(directory, plenty())) {
                                            store.openReport();
                                        }
                                    };
                                }),
                                new Side("KVC, first load", lab -> firstLoad(SparseDirectory.of(lab, count))),
                                Side.plain("bare list + open + 48 bytes, 2 threads", lab -> {
                                    SparseDirectory directory = SparseDirectory.of(lab, count);
                                    return () -> bareOpen(directory.path());
                                })))
                .withJvm("-Xmx3g");
    }

    /** Times from opening to the first load, then waits for the scan outside of what is timed. */
    private static Operation.Gauge firstLoad(SparseDirectory directory) {
        return () -> {
            long start = System.nanoTime();
            try (FileSystemKvStore store = store(directory, plenty())) {
                Optional<Snapshot> first = store.load(directory.key(directory.count() - 1));
                long took = System.nanoTime() - start;
                first.orElseThrow().close();
                store.openReport();
                return took;
            }
        };
    }

    private static void bareOpen(Path directory) throws Exception {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> names = Files.newDirectoryStream(directory)) {
            names.forEach(files::add);
        }
        AtomicInteger next = new AtomicInteger();
        FutureTask<Long> helper = new FutureTask<>(() -> bareRead(files, next));
        Thread thread = new Thread(helper);
        thread.start();
        bareRead(files, next);
        helper.get();
    }

    private static long bareRead(List<Path> files, AtomicInteger next) throws Exception {
        long sum = 0;
        ByteBuffer header = ByteBuffer.allocateDirect(48);
        for (int i = next.getAndIncrement(); i < files.size(); i = next.getAndIncrement()) {
            try (FileChannel channel = FileChannel.open(files.get(i), StandardOpenOption.READ)) {
                channel.read(header.clear());
                sum += header.getLong(40);
            }
        }
        return sum;
    }
}
