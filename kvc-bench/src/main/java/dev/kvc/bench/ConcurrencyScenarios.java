package dev.kvc.bench;

import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.Snapshot;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.memory.CaffeineKvStore;
import dev.kvc.store.tier.Promotion;
import dev.kvc.store.tier.Tier;
import dev.kvc.store.tier.TieredKvStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;

/** Many threads at once. */
final class ConcurrencyScenarios {
    private static final int PAYLOAD = 16 << 10;
    private static final int KEYS = 256;
    /** At least so many in a round, and two for each thread. */
    private static final int OPERATIONS = 5_000;

    private static final int SAVE_EVERY = 10;
    private static final int MISSES = 100;
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    private ConcurrencyScenarios() {}

    static List<Scenario> all() {
        List<Side> mixed = new ArrayList<>();
        for (int threads : List.of(1, 2, 4, 8, 16)) {
            mixed.add(new Side("KVC, " + threads + " threads", lab -> kvc(lab, threads, SAVE_EVERY)));
        }
        if (Runtime.version().feature() >= 21) {
            mixed.add(new Side("KVC, 10000 virtual threads", lab -> kvc(lab, 10_000, SAVE_EVERY)));
        }
        return List.of(
                rate(
                                "threads-load-16KiB",
                                21,
                                List.of(
                                        new Side("KVC, 1 thread", lab -> kvc(lab, 1, Integer.MAX_VALUE)),
                                        new Side("KVC, 2 threads", lab -> kvc(lab, 2, Integer.MAX_VALUE)),
                                        Side.plain("bare, 1 thread", lab -> bare(lab, 1))
                                                .onlyInFull(),
                                        Side.plain("bare, 2 threads", lab -> bare(lab, 2))
                                                .onlyInFull()))
                        .warmedUpFor(Duration.ofSeconds(2)),
                rate("threads-mixed-16KiB", 5, mixed).onlyInFull(),
                Scenario.time(
                                "single-flight",
                                3,
                                1,
                                lab -> save(lab, 1),
                                List.of(new Side("loads of the disk for 100 misses", lab ->
                                        (Operation.Gauge) () -> misses(lab))))
                        .measuring(Unit.COUNT));
    }

    private static Scenario rate(String name, int rounds, List<Side> sides) {
        return Scenario.time(name, rounds, 1, lab -> save(lab, KEYS), sides).measuring(Unit.RATE);
    }

    private static void save(Lab lab, int count) throws Exception {
        Corpus.save(lab.directory("kvc"), count, Corpus.payload(PAYLOAD));
    }

    /** One of many threads' work; it is told its number, and which operation of its own this is. */
    private interface Work {
        void run(int number, ByteBuffer buffer) throws Exception;
    }

    private static Operation.Gauge kvc(Lab lab, int threads, int saveEvery) throws Exception {
        FileSystemKvStore store = lab.closing(Corpus.open(lab.directory("kvc")));
        List<KvcKey> keys = Corpus.keys(KEYS);
        ByteBuffer payload = Corpus.payload(PAYLOAD);
        return () -> rate(threads, (number, buffer) -> {
            int index = number % KEYS;
            if (number % saveEvery == saveEvery - 1) {
                store.save(
                        keys.get(index),
                        Corpus.draft(index, PayloadSource.of(payload.duplicate())),
                        SaveOptions.DEFAULT);
                return;
            }
            try (Snapshot snapshot = store.load(keys.get(index)).orElseThrow()) {
                snapshot.payload().readFully(buffer.clear(), 0);
            }
        });
    }

    private static Operation.Gauge bare(Lab lab, int threads) throws Exception {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            files.add(Corpus.file(lab.directory("kvc"), i));
        }
        return () -> rate(
                threads, (number, buffer) -> Bare.read(files.get(number % KEYS), 52 + Corpus.TEXT_BYTES, buffer, true));
    }

    /** Operations a second; threads take the next number until there is none. */
    private static double rate(int threads, Work work) throws Exception {
        int operations = Math.max(OPERATIONS, 2 * threads);
        AtomicInteger next = new AtomicInteger();
        ExecutorService executor = threads > 100 ? virtualThreads() : Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> workers = new ArrayList<>();
            long start = System.nanoTime();
            for (int i = 0; i < threads; i++) {
                workers.add(executor.submit(() -> {
                    ByteBuffer buffer = ByteBuffer.allocateDirect(PAYLOAD);
                    for (int n = next.getAndIncrement(); n < operations; n = next.getAndIncrement()) {
                        work.run(n, buffer);
                    }
                    return null;
                }));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
            return operations * 1e9 / (System.nanoTime() - start);
        } finally {
            executor.shutdownNow();
        }
    }

    /** Java 21's, which a class for 17 can only find by its name. */
    private static ExecutorService virtualThreads() throws ReflectiveOperationException {
        return (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    }

    /**
     * How often a disk is asked to load one snapshot that 100 threads miss in the memory before it. The disk answers
     * when all others wait for it, or have asked it too: only then did they miss at the same time.
     */
    private static double misses(Lab lab) throws Exception {
        AtomicInteger loads = new AtomicInteger();
        List<Thread> threads = new CopyOnWriteArrayList<>();
        FileSystemKvStore disk = Corpus.open(lab.directory("kvc"));
        KvStore memory =
                CaffeineKvStore.builder().budget(DataSize.ofMebibytes(64)).build();
        Runnable load = () -> {
            loads.incrementAndGet();
            awaitOthers(threads);
        };
        try (KvStore tiers = TieredKvStore.builder()
                .tier(Tier.of(memory).promotion(Promotion.onFirstHit()))
                .tier(Tier.of(watched(disk, load)))
                .build()) {
            List<FutureTask<Void>> tasks = new ArrayList<>();
            for (int i = 0; i < MISSES; i++) {
                tasks.add(new FutureTask<>(() -> {
                    tiers.load(Corpus.key(0)).orElseThrow().close();
                    return null;
                }));
                threads.add(new Thread(tasks.get(i)));
            }
            threads.forEach(Thread::start);
            for (FutureTask<Void> task : tasks) {
                task.get();
            }
        }
        return loads.get();
    }

    private static void awaitOthers(List<Thread> threads) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < PATIENCE_NANOS) {
            long waiting = threads.stream()
                    .filter(thread -> thread != Thread.currentThread()
                            && (thread.getState() == Thread.State.WAITING
                                    || thread.getState() == Thread.State.TIMED_WAITING))
                    .count();
            if (waiting == threads.size() - 1) {
                return;
            }
            Thread.onSpinWait();
        }
    }

    /** Runs {@code beforeLoad} before each load of a store, or of a view of it. */
    private static KvStore watched(KvStore store, Runnable beforeLoad) {
        return (KvStore) Proxy.newProxyInstance(
                KvStore.class.getClassLoader(), new Class<?>[] {KvStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("load")) {
                        beforeLoad.run();
                    }
                    try {
                        Object result = method.invoke(store, arguments);
                        return result instanceof KvStore view ? watched(view, beforeLoad) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
