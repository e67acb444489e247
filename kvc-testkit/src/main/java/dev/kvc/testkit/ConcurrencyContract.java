package dev.kvc.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.store.KvStore;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Many threads at once. Each snapshot carries its identity twice, in the token count of its header and in every byte of
 * its payload, so that a mix of two snapshots cannot pass for either.
 */
abstract class ConcurrencyContract extends DurableContract {
    private static final String TEXT = "a text";
    private static final KvcKey KEY = KvcKey.of(TEXT);
    private static final int WRITERS = 3;
    private static final int READERS = 3;
    private static final int SAVES = 40;

    private static SeededPayload payload(long identity) {
        return new SeededPayload(identity, identity * 7919 % 200_000);
    }

    private static SnapshotDraft draft(String text, long identity) {
        return draft(text, payload(identity), header -> header.tokenCount(identity))
                .build();
    }

    private static void assertWhole(Snapshot snapshot) throws Exception {
        payload(snapshot.info().header().tokenCount()).assertIs(snapshot.payload());
    }

    /** Runs writers, and readers again and again until the last writer has ended. */
    private static void run(List<Callable<Void>> writers, int readers, Callable<?> read) throws Exception {
        AtomicInteger writing = new AtomicInteger(writers.size());
        List<Callable<Void>> tasks = new ArrayList<>();
        for (Callable<Void> writer : writers) {
            tasks.add(() -> {
                try {
                    return writer.call();
                } finally {
                    writing.decrementAndGet();
                }
            });
        }
        for (int i = 0; i < readers; i++) {
            tasks.add(() -> {
                do {
                    read.call();
                } while (writing.get() > 0);
                return null;
            });
        }
        Threads.runAll(tasks);
    }

    private List<Callable<Void>> writers(Writer writer) throws Exception {
        KvStore store = store();
        List<Callable<Void>> writers = new ArrayList<>();
        for (int w = 0; w < WRITERS; w++) {
            int first = 1 + w * SAVES;
            writers.add(() -> {
                for (int identity = first; identity < first + SAVES; identity++) {
                    writer.write(store, identity);
                }
                return null;
            });
        }
        return writers;
    }

    @FunctionalInterface
    private interface Writer {
        void write(KvStore store, int identity) throws Exception;
    }

    @Test
    void readersSeeTheOldSnapshotOrTheNewOneWhole() throws Exception {
        KvStore store = store();
        store.save(draft(TEXT, 1));
        run(writers((s, identity) -> s.save(draft(TEXT, identity))), READERS, () -> {
            try (Snapshot snapshot = present(store.load(KEY), TEXT)) {
                assertWhole(snapshot);
            }
            return null;
        });
        assertThat(list(store)).hasSize(1);
    }

    @Test
    void longestPrefixIsWholeWhileItIsReplaced() throws Exception {
        KvStore store = store();
        store.save(draft("a", 1));
        store.save(draft(TEXT, 2));
        run(writers((s, identity) -> s.save(draft(TEXT, identity))), READERS, () -> {
            try (Snapshot snapshot = present(store.loadLongestPrefix(PrefixQuery.of("a text, and more")), TEXT)) {
                assertThat(snapshot.info().key()).isEqualTo(KEY);
                assertWhole(snapshot);
            }
            return null;
        });
    }

    @Test
    void snapshotIsFoundByEveryWayWhileItIsReplaced() throws Exception {
        KvStore store = store();
        store.save(draft(TEXT, 1));
        run(writers((s, identity) -> s.save(draft(TEXT, identity))), READERS, () -> {
            assertThat(store.contains(KEY)).as("contains").isTrue();
            assertThat(list(store)).extracting(SnapshotInfo::key).containsExactly(KEY);
            assertThat(store.match(PrefixQuery.of(TEXT)).candidates())
                    .extracting(SnapshotInfo::key)
                    .containsExactly(KEY);
            return null;
        });
    }

    @Test
    void readersSeeAWholeSnapshotOrNoneWhileItIsRemovedAndSaved() throws Exception {
        KvStore store = store();
        run(
                writers((s, identity) -> {
                    s.save(draft(TEXT, identity));
                    s.remove(KEY);
                }),
                READERS,
                () -> {
                    Optional<Snapshot> found = store.load(KEY);
                    if (found.isPresent()) {
                        try (Snapshot snapshot = found.get()) {
                            assertWhole(snapshot);
                        }
                    }
                    return null;
                });
        store.remove(KEY);
        assertNotServed(store, TEXT);
    }

    @Test
    void threadsDoNotDisturbOneAnothersKeys() throws Exception {
        KvStore store = store();
        run(
                writers((s, identity) -> {
                    String text = "text " + identity;
                    assertWritten(s.save(draft(text, identity)));
                    assertServed(s, KvcKey.of(text), text, payload(identity));
                }),
                1,
                () -> list(store));
        for (int identity = 1; identity <= WRITERS * SAVES; identity++) {
            assertServed(store, KvcKey.of("text " + identity), "text " + identity, payload(identity));
        }
        assertThat(list(store)).hasSize(WRITERS * SAVES);
    }

    @Test
    void oneOfManySavesIfAbsentIsKeptWhole() throws Exception {
        KvStore store = store();
        run(
                writers((s, identity) -> {
                    assertThat(s.save(KEY, draft(TEXT, identity), SaveOptions.IF_ABSENT)
                                    .isLoadable())
                            .isTrue();
                    try (Snapshot snapshot = present(s.load(KEY), TEXT)) {
                        assertWhole(snapshot);
                    }
                }),
                1,
                () -> list(store));
        assertThat(list(store)).hasSize(1);
    }

    @Test
    void rejectTakesNoSnapshotThatWasSavedAfterIt() throws Exception {
        KvStore store = store();
        AtomicBoolean saved = new AtomicBoolean();
        run(writers((s, identity) -> s.save(draft("text " + identity % 2, identity))), READERS, () -> {
            Optional<Snapshot> found = store.loadLongestPrefix(PrefixQuery.of("text 1"));
            if (found.isPresent()) {
                try (Snapshot snapshot = found.get()) {
                    assertWhole(snapshot);
                    snapshot.reject();
                    saved.set(true);
                }
            }
            return null;
        });
        assertThat(saved).as("whether anything was rejected").isTrue();
        store.save(draft("text 1", 1));
        assertServed(store, KvcKey.of("text 1"), "text 1", payload(1));
    }

    @Test
    void budgetHoldsUnderManyThreads() throws Exception {
        KvStore store = useBudget(MIB);
        Random random = seed.random();
        int[] sizes = random.ints(WRITERS * SAVES + 1, 1, MIB / 4).toArray();
        run(
                writers((s, identity) -> {
                    SeededPayload payload = new SeededPayload(identity, sizes[identity]);
                    s.save(draft("text " + identity, payload, header -> header.tokenCount(identity))
                            .build());
                }),
                1,
                () -> store.loadLongestPrefix(PrefixQuery.of("text 17")).map(ConcurrencyContract::closed));
        assertThat(store.stats().bytes()).isLessThanOrEqualTo(MIB);
        for (SnapshotInfo info : list(store)) {
            try (Snapshot snapshot = present(store.load(info.key()), info.toString())) {
                int identity = (int) snapshot.info().header().tokenCount();
                new SeededPayload(identity, sizes[identity]).assertIs(snapshot.payload());
            }
        }
    }

    private static Snapshot closed(Snapshot snapshot) {
        try {
            snapshot.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return snapshot;
    }
}
