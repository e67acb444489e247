package dev.kvc.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.engine.Resumption.Miss;
import dev.kvc.engine.SaveHandle.State;
import dev.kvc.faultfs.Fault;
import dev.kvc.faultfs.FaultyFileSystem;
import dev.kvc.faultfs.Operation;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.DataSize;
import dev.kvc.store.ForwardingKvStore;
import dev.kvc.store.KvStore;
import dev.kvc.store.PrefixMatch;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.fs.FileSystemKvStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cache's failure is a miss. */
class FailingStoreTest {
    private static final PrefixQuery PROMPT = PrefixQuery.of("one two three");

    @TempDir
    private Path directory;

    private FaultyFileSystem files;

    @BeforeEach
    void makeFaulty() throws IOException {
        files = FaultyFileSystem.around(directory);
    }

    private KvStore open() throws IOException {
        return FileSystemKvStore.builder(files.path())
                .budget(DataSize.ofMebibytes(64))
                .open();
    }

    private static SnapshotDraft draft(String text) {
        return SnapshotDraft.builder()
                .text(text)
                .payload(new byte[1000])
                .tokenCount(5)
                .build();
    }

    private static Fault readsOf(String text) {
        return Fault.on(Operation.READ).where(path -> path.endsWith(KvcKey.of(text) + ".kv"));
    }

    @Test
    void snapshotThatCannotBeReadGivesWayToTheNext() throws IOException {
        try (KvStore store = open();
                PrefixCache cache = PrefixCache.of(store)) {
            store.save(draft("one "));
            store.save(draft("one two "));
            files.with(readsOf("one two "));
            try (Resumption resumption = cache.resume(PROMPT)) {
                assertThat(resumption.textBytes()).isEqualTo("one ".length());
                assertThat(resumption.failure()).containsInstanceOf(IOException.class);
            }
            assertThat(cache.stats().storeFailures()).isPositive();
            files.clearFaults();
            try (Resumption resumption = cache.resume(PROMPT)) {
                assertThat(resumption.textBytes()).isEqualTo("one two ".length());
            }
        }
    }

    @Test
    void storeThatFailsIsAMiss() throws IOException {
        try (KvStore store = open();
                PrefixCache cache = PrefixCache.of(store)) {
            store.save(draft("one "));
            files.with(readsOf("one "));
            try (Resumption resumption = cache.resume(PROMPT)) {
                assertThat(resumption.miss()).contains(Miss.STORE_FAILED);
                assertThat(resumption.failure()).containsInstanceOf(IOException.class);
            }
            assertThat(cache.stats().misses()).containsExactly(Map.entry(Miss.STORE_FAILED, 1L));
        }
    }

    @Test
    void saveThatFailsIsAnOutcomeAndLeavesNothingBehind() throws Exception {
        try (KvStore store = open();
                PrefixCache cache = PrefixCache.of(store)) {
            files.with(Fault.on(Operation.WRITE));
            SaveHandle save = cache.save(draft("one "));
            assertThat(save.await()).isEqualTo(State.ENDED);
            assertThat(save.result().orElseThrow().outcome()).isEqualTo(Outcome.FAILED);
            assertThat(save.result().orElseThrow().cause()).isPresent();
            files.clearFaults();
            assertThat(store.contains(KvcKey.of("one "))).isFalse();
            assertThat(cache.save(draft("one ")).await()).isEqualTo(State.ENDED);
            assertThat(store.contains(KvcKey.of("one "))).isTrue();
        }
        files.requireAllClosed();
    }

    @Test
    void rejectionThatFailsStillGivesWayToTheNext() throws IOException {
        try (KvStore store = open();
                PrefixCache cache = PrefixCache.of(store)) {
            store.save(draft("one "));
            store.save(draft("one two "));
            files.with(Fault.on(Operation.MOVE));
            try (Resumption resumption = cache.resume(PROMPT)) {
                assertThat(resumption.failed(new IllegalStateException("no good")))
                        .isTrue();
                assertThat(resumption.textBytes()).isEqualTo("one ".length());
                resumption.restored();
            }
            assertThat(cache.stats().storeFailures()).isEqualTo(1);
        }
        files.requireAllClosed();
    }

    @Test
    void lookupThatFailsIsAMiss() throws IOException {
        KvStore failing = new Unreachable(Stores.MEMORY.open(directory));
        try (failing;
                PrefixCache cache = PrefixCache.of(failing);
                Resumption resumption = cache.resume(PROMPT)) {
            assertThat(resumption.miss()).contains(Miss.STORE_FAILED);
            assertThat(resumption.divergesAt()).isZero();
        }
    }

    /** A store whose lookups fail. */
    private static final class Unreachable extends ForwardingKvStore {
        Unreachable(KvStore store) {
            super(store);
        }

        @Override
        public PrefixMatch match(PrefixQuery query) {
            throw new UncheckedIOException(new IOException("the service is down"));
        }

        @Override
        public KvStore in(Namespace namespace) {
            return new Unreachable(store().in(namespace));
        }
    }
}
