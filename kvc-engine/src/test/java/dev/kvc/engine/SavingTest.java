package dev.kvc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.engine.PrefixCache.WhenFull;
import dev.kvc.engine.SaveHandle.State;
import dev.kvc.format.KvcKey;
import dev.kvc.format.SaveReason;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SavingTest extends CacheFixture {
    private static final long SEED = Long.getLong("kvc.seed", new Random().nextLong());
    private static final int BYTES = 3 << 20;

    private static SnapshotDraft draft(String text, PayloadSource payload) {
        return SnapshotDraft.builder()
                .text(text)
                .payload(payload)
                .tokenCount(7)
                .saveReason(SaveReason.CONTINUED)
                .build();
    }

    private static SnapshotDraft draft(String text) {
        return draft(text, PayloadSource.of(new byte[BYTES]));
    }

    /** A payload whose writer stops half-way until the test lets it go on. */
    private static final class Held {
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);

        PayloadSource source() {
            return PayloadSource.of(BYTES, out -> {
                out.write(ByteBuffer.allocate(BYTES / 3));
                begun.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                out.write(ByteBuffer.allocate(BYTES - BYTES / 3));
            });
        }
    }

    private void assertNothingIsLeft(KvStore store, String text) throws IOException {
        assertThat(store.contains(KvcKey.of(text))).isFalse();
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                assertThat(files.filter(file -> !file.endsWith(".kvc.lock"))).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void saveRunsBesideItsCaller(Stores stores) throws Exception {
        Held held = new Held();
        open(stores);
        SaveHandle save = cache.save(draft("text", held.source()));
        held.begun.await();
        assertThat(save.state()).isEqualTo(State.SAVING);
        assertThat(save.await(Duration.ZERO)).isEqualTo(State.SAVING);
        assertThat(save.isLoadable()).isFalse();
        assertThat(cache.stats().bytesInFlight()).isEqualTo(save.bytes()).isEqualTo(BYTES + 4);
        held.goOn.countDown();
        assertThat(save.await()).isEqualTo(State.ENDED);
        assertThat(save.result().orElseThrow().outcome()).isEqualTo(Outcome.STORED);
        assertThat(save.isLoadable()).isTrue();
        assertThat(store.contains(KvcKey.of("text"))).isTrue();
        assertThat(cache.stats().bytesInFlight()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void cancelledInTheMidstOfAWriteItLeavesNothingBehind(Stores stores) throws Exception {
        Held held = new Held();
        open(stores);
        SaveHandle save = cache.save(draft("text", held.source()));
        held.begun.await();
        save.cancel();
        held.goOn.countDown();
        assertThat(save.await()).isEqualTo(State.CANCELLED);
        assertThat(save.result()).isEmpty();
        assertNothingIsLeft(store, "text");
        assertThat(cache.stats().cancelled()).isEqualTo(1);
        assertThat(cache.stats().saves()).isEmpty();
        assertThat(cache.stats().account().bytesWritten()).isZero();
    }

    @Test
    void cancelledSaveLeavesWhatWasThere() throws Exception {
        Held held = new Held();
        open(Stores.DIRECTORY);
        store.save(draft("text", PayloadSource.of(new byte[3])));
        SaveHandle save = cache.save(draft("text", held.source()), SaveOptions.DEFAULT);
        held.begun.await();
        save.cancel();
        held.goOn.countDown();
        assertThat(save.await()).isEqualTo(State.CANCELLED);
        try (Resumption resumption = cache.resume(PrefixQuery.of("text"))) {
            assertThat(resumption.payload().size()).isEqualTo(3);
        }
    }

    @Test
    void largePieceEndsSoonAfterItsSaveIsCancelled() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        int size = 20 << 20;
        List<Integer> taken = Collections.synchronizedList(new ArrayList<>());
        open(Stores.DIRECTORY);
        SaveHandle save = cache.save(draft("text", PayloadSource.of(size, out -> {
            begun.countDown();
            awaitUninterrupted(cancelled);
            assertThat(out.isOpen()).isFalse();
            ByteBuffer piece = ByteBuffer.allocate(size);
            try {
                out.write(piece);
            } finally {
                taken.add(piece.position());
                assertThat(piece.limit()).isEqualTo(size);
            }
        })));
        begun.await();
        save.cancel();
        cancelled.countDown();
        assertThat(save.await()).isEqualTo(State.CANCELLED);
        assertThat(taken).containsExactly(0);
    }

    /** The largest that there is; mapped from a file that takes no room. */
    @Test
    void bufferOfAnySizeIsTakenWhole() throws Exception {
        AtomicLong taken = new AtomicLong();
        WritableByteChannel out = new WritableByteChannel() {
            @Override
            public int write(ByteBuffer src) {
                int count = src.remaining();
                taken.addAndGet(count);
                src.position(src.limit());
                return count;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
        try (FileChannel file = FileChannel.open(
                directory.resolve("sparse"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.SPARSE)) {
            file.write(ByteBuffer.allocate(1), Integer.MAX_VALUE - 1);
            ByteBuffer largest = file.map(FileChannel.MapMode.READ_ONLY, 0, Integer.MAX_VALUE);
            SaveHandle handle = new SaveHandle(0, SaveReason.COLD, ended -> {});
            new CancellableSource(PayloadSource.of(largest), handle).writeTo(out);
        }
        assertThat(taken).hasValue(Integer.MAX_VALUE);
    }

    private static void awaitUninterrupted(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void saveThatIsQueuedIsNotBegunOnceCancelled() throws Exception {
        Held held = new Held();
        open(Stores.DIRECTORY);
        SaveHandle first = cache.save(draft("first", held.source()));
        SaveHandle second = cache.save(draft("second", PayloadSource.of(BYTES, out -> {
            throw new AssertionError("was begun");
        })));
        held.begun.await();
        second.cancel();
        second.cancel();
        assertThat(second.await()).isEqualTo(State.CANCELLED);
        assertThat(cache.stats().bytesInFlight()).isEqualTo(first.bytes());
        held.goOn.countDown();
        assertThat(first.await()).isEqualTo(State.ENDED);
        assertThat(store.contains(KvcKey.of("second"))).isFalse();
    }

    @Test
    void cancelledSaveIsNotHeldOnToWhileItWouldWait() throws Exception {
        Held held = new Held();
        open(Stores.DIRECTORY);
        cache.save(draft("first", held.source()));
        held.begun.await();
        WeakReference<byte[]> state = cancelled(cache);
        while (state.get() != null) {
            System.gc();
            Thread.onSpinWait();
        }
        held.goOn.countDown();
    }

    private static WeakReference<byte[]> cancelled(PrefixCache cache) {
        byte[] state = new byte[BYTES];
        cache.save(draft("second", PayloadSource.of(state))).cancel();
        return new WeakReference<>(state);
    }

    @Test
    void cancelAfterTheEndChangesNothing() throws Exception {
        open(Stores.MEMORY);
        SaveHandle save = cache.save(draft("text"));
        save.await();
        save.cancel();
        assertThat(save.state()).isEqualTo(State.ENDED);
        assertThat(store.contains(KvcKey.of("text"))).isTrue();
    }

    @Test
    void u15_beyond_the_bound_a_save_is_refused() throws Exception {
        Held held = new Held();
        open(
                Stores.DIRECTORY,
                settings ->
                        settings.bytesInFlight(DataSize.ofBytes(BYTES + 1024)).whenFull(WhenFull.REFUSE));
        SaveHandle first = cache.save(draft("first", held.source()));
        SaveHandle second = cache.save(draft("second"));
        assertThat(second.state()).isEqualTo(State.REFUSED);
        assertThat(second.await()).isEqualTo(State.REFUSED);
        assertThat(cache.stats().refused()).isEqualTo(1);
        assertThat(cache.stats().bytesInFlight()).isEqualTo(first.bytes());
        held.goOn.countDown();
        first.await();
        assertThat(cache.save(draft("third")).await()).isEqualTo(State.ENDED);
    }

    @Test
    void u15_beyond_the_bound_a_save_waits_for_those_before_it() throws Exception {
        Held held = new Held();
        open(Stores.DIRECTORY, settings -> settings.bytesInFlight(DataSize.ofBytes(BYTES + 1024)));
        SaveHandle first = cache.save(draft("first", held.source()));
        FutureTask<SaveHandle> second = new FutureTask<>(() -> cache.save(draft("second")));
        Thread caller = new Thread(second);
        caller.start();
        awaitWaiting(caller);
        assertThat(second.isDone()).isFalse();
        assertThat(cache.stats().bytesInFlight()).isEqualTo(first.bytes());
        held.goOn.countDown();
        assertThat(second.get().await()).isEqualTo(State.ENDED);
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
    }

    @Test
    void promptWaitsForTheSavesOfItsBeginnings() throws Exception {
        Held held = new Held();
        open(Stores.DIRECTORY);
        cache.save(draft("text", held.source()));
        cache.resume(PrefixQuery.of("another")).close();
        FutureTask<Integer> reused = new FutureTask<>(() -> {
            try (Resumption resumption = cache.resume(PrefixQuery.of("text and more"))) {
                return resumption.textBytes();
            }
        });
        Thread caller = new Thread(reused);
        caller.start();
        awaitWaiting(caller);
        held.goOn.countDown();
        assertThat(reused.get()).isEqualTo("text".length());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1})
    void promptWaitsNoLongerThanItShall(long millis) throws Exception {
        Held held = new Held();
        open(Stores.DIRECTORY, settings -> settings.awaitSaves(Duration.ofMillis(millis)));
        cache.save(draft("text", held.source()));
        try (Resumption resumption = cache.resume(PrefixQuery.of("text and more"))) {
            assertThat(resumption.isFound()).isFalse();
        }
        held.goOn.countDown();
    }

    @Test
    void promptOfAnInterruptedThreadDoesNotWait() throws Exception {
        Held held = new Held();
        open(Stores.MEMORY);
        cache.save(draft("text", held.source()));
        Thread.currentThread().interrupt();
        try (Resumption resumption = cache.resume(PrefixQuery.of("text and more"))) {
            assertThat(resumption.isFound()).isFalse();
            assertThat(Thread.interrupted()).isTrue();
        }
        held.goOn.countDown();
    }

    @Test
    void saveLargerThanTheBoundIsSavedByItself() throws Exception {
        open(Stores.DIRECTORY, settings -> settings.bytesInFlight(DataSize.ofBytes(1)));
        SaveHandle first = cache.save(draft("first"));
        SaveHandle second = cache.save(draft("second"));
        assertThat(first.await()).isEqualTo(State.ENDED);
        assertThat(second.await()).isEqualTo(State.ENDED);
    }

    @Test
    void interruptedWhileItWaitsForRoomASaveIsRefused() throws Exception {
        Held held = new Held();
        open(Stores.DIRECTORY, settings -> settings.bytesInFlight(DataSize.ofBytes(BYTES + 1024)));
        SaveHandle first = cache.save(draft("first", held.source()));
        FutureTask<Boolean> second =
                new FutureTask<>(() -> cache.save(draft("second")).state() == State.REFUSED
                        && Thread.currentThread().isInterrupted());
        Thread caller = new Thread(second);
        caller.start();
        awaitWaiting(caller);
        caller.interrupt();
        assertThat(second.get()).isTrue();
        held.goOn.countDown();
        assertThat(first.await()).isEqualTo(State.ENDED);
    }

    @Test
    void savesEndInTheirOrder() throws Exception {
        List<String> ended = Collections.synchronizedList(new ArrayList<>());
        open(Stores.DIRECTORY);
        for (String text : List.of("one", "two", "three", "four")) {
            var unused = cache.save(draft(text)).ended().thenAccept(state -> ended.add(text));
        }
        cache.close();
        assertThat(ended).containsExactly("one", "two", "three", "four");
    }

    @ParameterizedTest
    @EnumSource
    void closeDrains(Stores stores) throws Exception {
        open(stores);
        List<SaveHandle> saves = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            saves.add(cache.save(draft("text " + i)));
        }
        cache.close();
        assertThat(saves).allMatch(SaveHandle::isLoadable);
        assertThat(cache.stats().saves()).containsExactly(Map.entry(Outcome.STORED, 10L));
        assertThatThrownBy(() -> cache.save(draft("late")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the cache is closed");
    }

    @Test
    void closeInterruptedCancelsWhatHasNotEnded() throws Exception {
        Held held = new Held();
        open(Stores.DIRECTORY);
        SaveHandle first = cache.save(draft("first", held.source()));
        SaveHandle second = cache.save(draft("second"));
        held.begun.await();
        FutureTask<Boolean> closing = new FutureTask<>(() -> {
            cache.close();
            return Thread.currentThread().isInterrupted();
        });
        Thread closer = new Thread(closing);
        closer.start();
        closer.interrupt();
        assertThat(second.await()).isEqualTo(State.CANCELLED);
        while (!first.isCancelRequested()) {
            Thread.onSpinWait();
        }
        held.goOn.countDown();
        assertThat(closing.get()).isTrue();
        assertThat(first.state()).isEqualTo(State.CANCELLED);
        assertNothingIsLeft(store, "first");
    }

    @ParameterizedTest
    @EnumSource
    void writerThatFailsFailsItsSaveAlone(Stores stores) throws Exception {
        open(stores);
        SaveHandle failed = cache.save(draft("text", PayloadSource.of(BYTES, out -> {
            throw new IllegalStateException("the engine is busy");
        })));
        assertThat(failed.await()).isEqualTo(State.ENDED);
        assertThat(failed.result().orElseThrow().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(failed.result().orElseThrow().cause()).isPresent();
        assertNothingIsLeft(store, "text");
        assertThat(cache.save(draft("text")).await()).isEqualTo(State.ENDED);
        assertThat(cache.stats().saves()).containsOnly(Map.entry(Outcome.FAILED, 1L), Map.entry(Outcome.STORED, 1L));
    }

    @Test
    void whatTheWriterThrewIsToldAsTheCause() throws Exception {
        open(Stores.DIRECTORY);
        SaveHandle failed = cache.save(draft("text", PayloadSource.of(BYTES, out -> {
            throw new IllegalStateException("the engine is busy");
        })));
        failed.await();
        assertThat(failed.result().orElseThrow().cause().orElseThrow()).hasRootCauseMessage("the engine is busy");
    }

    @Test
    void writerOfTooFewBytesLeavesNothingBehind() throws Exception {
        open(Stores.DIRECTORY);
        SaveHandle save =
                cache.save(draft("text", PayloadSource.of(BYTES, out -> out.write(ByteBuffer.allocate(BYTES - 1)))));
        assertThat(save.await()).isEqualTo(State.ENDED);
        assertThat(save.isLoadable()).isFalse();
        assertNothingIsLeft(store, "text");
    }

    @Test
    void whatIsStoredIsNotWrittenAgain() throws Exception {
        open(Stores.DIRECTORY);
        cache.save(draft("text")).await();
        SaveHandle again = cache.save(draft("text"));
        again.await();
        assertThat(again.result().orElseThrow().outcome()).isEqualTo(Outcome.ALREADY_PRESENT);
        assertThat(again.isLoadable()).isTrue();
        assertThat(cache.stats().account().saves()).isEqualTo(1);
    }

    @Test
    void u22_what_was_written_is_weighed_against_what_it_saved() throws Exception {
        open(Stores.MEMORY);
        SaveHandle continued = cache.save(draft("text"));
        continued.await();
        assertThat(cache.stats().account().bytesPerTokenSaved()).isEmpty();
        SaveHandle cold = cache.save(SnapshotDraft.builder()
                .text("another")
                .payload(new byte[100])
                .saveReason(SaveReason.COLD)
                .build());
        cold.await();
        for (int i = 0; i < 2; i++) {
            try (Resumption resumption = cache.resume(PrefixQuery.of("text and more"))) {
                resumption.restored();
            }
        }
        long bytes = continued.result().orElseThrow().bytes();
        WriteAccount account = cache.stats().accounts().get(SaveReason.CONTINUED);
        assertThat(account).isEqualTo(new WriteAccount(1, bytes, 2, 14));
        assertThat(account.bytesPerTokenSaved()).hasValue(bytes / 14.0);
        assertThat(cache.stats().accounts().get(SaveReason.COLD).bytesPerTokenSaved())
                .isEmpty();
        assertThat(cache.stats().account().bytesWritten())
                .isEqualTo(bytes + cold.result().orElseThrow().bytes());
    }

    @Test
    void everyWrongSettingIsNamed() throws IOException {
        open(Stores.MEMORY);
        assertThatThrownBy(() -> PrefixCache.builder(store)
                        .bytesInFlight(DataSize.ofBytes(0))
                        .saveThreads(65)
                        .awaitSaves(Duration.ofSeconds(-1))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("prefix cache: bytesInFlight is 0B; it must be 1 byte to 2TiB; "
                        + "saveThreads is 65; it must be 1 to 64; awaitSaves is PT-1S; it must not be negative");
        assertThatThrownBy(() -> PrefixCache.builder(store).saveThreads(1).saveThreads(2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("saveThreads was already set to 1");
    }

    @Test
    void severalSavesRunAtATimeWhereAsked() throws Exception {
        Held first = new Held();
        Held second = new Held();
        open(Stores.DIRECTORY, settings -> settings.saveThreads(2));
        SaveHandle one = cache.save(draft("one", first.source()));
        SaveHandle two = cache.save(draft("two", second.source()));
        first.begun.await();
        second.begun.await();
        second.goOn.countDown();
        assertThat(two.await()).isEqualTo(State.ENDED);
        assertThat(one.state()).isEqualTo(State.SAVING);
        first.goOn.countDown();
        assertThat(one.await()).isEqualTo(State.ENDED);
    }

    /** Many threads, some of whose saves are cancelled, under a bound that holds two or three. */
    @ParameterizedTest
    @EnumSource(WhenFull.class)
    void everySaveEndsAndIsCountedOnce(WhenFull whenFull) throws Exception {
        System.out.println("SavingTest: seed " + SEED);
        open(
                Stores.DIRECTORY,
                settings -> settings.bytesInFlight(DataSize.ofBytes(50_000))
                        .whenFull(whenFull)
                        .saveThreads(3));
        List<FutureTask<List<SaveHandle>>> callers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String name = "caller " + i + ", save ";
            Random random = new Random(SEED + i);
            FutureTask<List<SaveHandle>> caller = new FutureTask<>(() -> saveSome(cache, name, random));
            callers.add(caller);
            new Thread(caller).start();
        }
        List<SaveHandle> saves = new ArrayList<>();
        for (FutureTask<List<SaveHandle>> caller : callers) {
            saves.addAll(caller.get());
        }
        cache.close();
        PrefixCacheStats stats = cache.stats();
        assertThat(saves)
                .as("seed %d", SEED)
                .hasSize(400)
                .allMatch(save -> save.state().isFinal());
        assertThat(stats.bytesInFlight()).as("seed %d", SEED).isZero();
        assertThat(stats.saves().getOrDefault(Outcome.STORED, 0L)).isEqualTo(count(saves, State.ENDED));
        assertThat(stats.cancelled()).isEqualTo(count(saves, State.CANCELLED));
        assertThat(stats.refused()).isEqualTo(count(saves, State.REFUSED));
    }

    private static List<SaveHandle> saveSome(PrefixCache cache, String name, Random random) {
        List<SaveHandle> saves = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            saves.add(cache.save(draft(name + i, PayloadSource.of(new byte[random.nextInt(30_000)]))));
            if (random.nextInt(4) == 0) {
                saves.get(random.nextInt(saves.size())).cancel();
            }
        }
        return saves;
    }

    private static long count(List<SaveHandle> saves, State state) {
        return saves.stream().filter(save -> save.state() == state).count();
    }
}
