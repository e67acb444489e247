package dev.kvc.redis;

import static dev.kvc.redis.Served.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.Snapshot;
import dev.kvc.store.StoreHealth.State;
import dev.kvc.testkit.FaultyProxy.Direction;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A network that cuts, holds up and changes what passes. */
class RedisFaultsTest extends ProxiedRedis {
    private static final String TEXT = "a text";
    private static final KvcKey KEY = KvcKey.of(TEXT);
    private static final int SIZE = 9 * MIB;
    private static final String QUICK = "?timeout=300ms&connect-timeout=300ms&retry-delay=1ms&breaker-delay=1ms";

    private KvStore store;
    private KvStore direct;

    @BeforeEach
    void open() throws IOException {
        store = Served.open(proxy.port(), QUICK);
        direct = Served.open(server.port(), "");
    }

    @AfterEach
    void close() throws IOException {
        proxy.pass();
        store.close();
        direct.close();
    }

    /** Waits until the store serves it again: the client connects anew by itself, one connection after the other. */
    private void awaitServed(int seed) {
        @Nullable IOException failure;
        do {
            failure = failureToServe(seed);
            Thread.onSpinWait();
        } while (failure != null);
    }

    private @Nullable IOException failureToServe(int seed) {
        try {
            Served.assertServed(store, TEXT, SIZE, seed);
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 1 << 20, 5 << 20, 9 << 20})
    void saveThatIsCutOffLeavesWhatWasThere(int after) throws IOException {
        direct.save(Served.draft(TEXT, SIZE, 1));
        Served.assertServed(store, TEXT, SIZE, 1);
        proxy.cutAfter(Direction.TO_SERVER, after);
        assertThatThrownBy(() -> store.save(Served.draft(TEXT, SIZE, 2))).isInstanceOf(IOException.class);
        Served.assertServed(direct, TEXT, SIZE, 1);
        assertThat(partsThatLastForNothing()).isEqualTo(":0");
        proxy.pass();
        awaitServed(1);
    }

    /** How many parts there are that do not expire within the ten minutes of an orphan, and are of no snapshot. */
    private static String partsThatLastForNothing() throws IOException {
        String manifest = Served.manifest(new SnapshotId(Namespace.DEFAULT, KEY));
        String script = "local save = redis.call('HGET', KEYS[1], 's') local found = 0 "
                + "for _, part in ipairs(redis.call('KEYS', 'kvc:d:*')) do local ttl = redis.call('TTL', part) "
                + "if not string.find(part, save, 1, true) and (ttl < 0 or ttl > 600) then found = found + 1 end end "
                + "return found";
        return server.say("EVAL", script, "1", manifest);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 1 << 20, 5 << 20})
    void loadThatIsCutOffIsAFailureOrAllOfIt(int after) throws IOException {
        direct.save(Served.draft(TEXT, SIZE, 1));
        proxy.cutAfter(Direction.FROM_SERVER, after);
        assertThatThrownBy(() -> store.load(KEY)).isInstanceOf(IOException.class);
        proxy.pass();
        awaitServed(1);
        assertThat(direct.stats().setAside()).isZero();
    }

    @Test
    void oneCutIsNotNoticed() throws IOException {
        direct.save(Served.draft(TEXT, SIZE, 1));
        Served.assertServed(store, TEXT, SIZE, 1);
        proxy.disconnect();
        awaitServed(1);
    }

    @Test
    void connectionThatIsDownIsNotAskedWhileOthersAreUp() throws IOException {
        direct.save(Served.draft(TEXT, SIZE, 1));
        try (KvStore impatient = Served.open(proxy.port(), "?connections=2&attempts=1")) {
            Served.assertServed(impatient, TEXT, SIZE, 1);
            proxy.cutAfter(Direction.FROM_SERVER, 0);
            assertThatThrownBy(() -> impatient.load(KEY)).isInstanceOf(IOException.class);
            proxy.refuseNew();
            proxy.pass(Direction.FROM_SERVER);
            for (int i = 0; i < 4; i++) {
                Served.assertServed(impatient, TEXT, SIZE, 1);
            }
        }
    }

    @Test
    void requestThatIsHeldUpEndsInTime() throws IOException {
        direct.save(Served.draft(TEXT, SIZE, 1));
        Served.assertServed(store, TEXT, SIZE, 1);
        proxy.stallAfter(Direction.FROM_SERVER, 0);
        long start = System.nanoTime();
        assertThatThrownBy(() -> store.load(KEY)).isInstanceOf(IOException.class);
        assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
        proxy.pass();
        awaitServed(1);
    }

    @Test
    void saveThatIsHeldUpEndsInTimeAndLeavesWhatWasThere() throws IOException {
        direct.save(Served.draft(TEXT, SIZE, 1));
        Served.assertServed(store, TEXT, SIZE, 1);
        proxy.stallAfter(Direction.TO_SERVER, 5 * MIB);
        assertThatThrownBy(() -> store.save(Served.draft(TEXT, SIZE, 2))).isInstanceOf(IOException.class);
        Served.assertServed(direct, TEXT, SIZE, 1);
        proxy.pass();
        awaitServed(1);
    }

    /** What comes late goes nowhere: the buffer is its owner's again. */
    @Test
    void lateAnswerIsNotWrittenIntoTheCallersBuffer() throws Exception {
        direct.save(Served.draft(TEXT, SIZE, 1));
        try (Snapshot snapshot =
                store.load(KEY, LoadOptions.DEFAULT.verify(Verify.ON_READ)).orElseThrow()) {
            ByteBuffer mine = ByteBuffer.allocateDirect(SIZE);
            proxy.stallAfter(Direction.FROM_SERVER, 4 * MIB + 1000);
            assertThatThrownBy(() -> snapshot.payload().readFully(mine, 0)).isInstanceOf(IOException.class);
            byte[] reused = new byte[SIZE];
            Arrays.fill(reused, (byte) 0x55);
            mine.clear().put(reused).flip();
            proxy.pass();
            awaitServed(1);
            assertThat(mine.mismatch(ByteBuffer.wrap(reused)))
                    .as("the first byte that is another")
                    .isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource(Verify.class)
    void saveThatComesBetweenManifestAndFileOfALoadIsNotMixedWithIt(Verify verify) throws Exception {
        LoadOptions options = LoadOptions.DEFAULT.verify(verify).withoutHit();
        direct.save(Served.draft(TEXT, MIB, 1));
        try (KvStore patient = Served.open(proxy.port(), "?timeout=1h")) {
            patient.load(KEY, options).orElseThrow().close();
            long before = proxy.passed(Direction.TO_SERVER);
            patient.load(KEY, options).orElseThrow().close();
            proxy.stallAfter(Direction.TO_SERVER, proxy.passed(Direction.TO_SERVER) - before - 1);
            CompletableFuture<Snapshot> loaded = new CompletableFuture<>();
            new Thread(() -> {
                        try {
                            loaded.complete(patient.load(KEY, options).orElseThrow());
                        } catch (IOException | RuntimeException e) {
                            loaded.completeExceptionally(e);
                        }
                    })
                    .start();
            proxy.awaitStalled(Direction.TO_SERVER);
            direct.save(Served.draft(TEXT, MIB, 2));
            proxy.pass();
            try (Snapshot snapshot = loaded.get()) {
                Served.assertIs(snapshot, MIB, 2);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1 << 20, 3 << 20, 7 << 20})
    void bitThatChangesOnTheWayHereIsFetchedAgain(int at) throws IOException {
        direct.save(Served.draft(TEXT, SIZE, 1));
        proxy.flipAfter(Direction.FROM_SERVER, at);
        Served.assertServed(store, TEXT, SIZE, 1);
        assertThat(store.stats().setAside()).isZero();
    }

    @Test
    void bitThatChangedOnTheWayThereIsNeverServed() throws IOException {
        proxy.flipAfter(Direction.TO_SERVER, 5 * MIB);
        store.save(Served.draft(TEXT, SIZE, 1));
        assertThat(store.load(KEY)).isEmpty();
        assertThat(store.stats().setAside()).isEqualTo(1);
        assertThat(store.stat(KEY)).isEmpty();
    }

    @Test
    void serverThatIsDownFailsAtOnceAndIsFoundToBeUpAgain() throws IOException {
        direct.save(Served.draft(TEXT, SIZE, 1));
        KvStore slowToTryAgain =
                Served.open(proxy.port(), "?timeout=300ms&attempts=1&breaker-failures=2&breaker-delay=1h");
        proxy.refuse();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> slowToTryAgain.load(KEY)).isInstanceOf(IOException.class);
        }
        assertThat(slowToTryAgain.stats().health().state()).isEqualTo(State.DOWN);
        assertThat(slowToTryAgain.stats().health().lastFailure()).isPresent();
        assertThatThrownBy(() -> slowToTryAgain.load(KEY)).hasMessageContaining("is not asked to load");
        slowToTryAgain.close();
        assertThatThrownBy(() -> store.load(KEY)).isInstanceOf(IOException.class);
        proxy.pass();
        awaitServed(1);
        assertThat(store.stats().health().state()).isEqualTo(State.UP);
    }

    @Test
    void storeIsOpenedWhileItsServerIsDown() throws IOException {
        proxy.refuse();
        try (KvStore early = Served.open(proxy.port(), QUICK)) {
            assertThat(early.stats().snapshots()).isZero();
            assertThat(early.stats().health().state()).isNotEqualTo(State.UP);
            assertThatThrownBy(() -> early.load(KEY)).isInstanceOf(IOException.class);
            KvStore lenient = KvStores.resilient(early);
            assertThat(lenient.load(KEY)).isEmpty();
        }
    }

    @Test
    void interruptedLoadEndsAndTheNextOneDoesNot() throws Exception {
        direct.save(Served.draft(TEXT, SIZE, 1));
        try (KvStore patient = Served.open(proxy.port(), "?timeout=1h")) {
            Served.assertServed(patient, TEXT, SIZE, 1);
            proxy.stallAfter(Direction.FROM_SERVER, 0);
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            Thread loading = new Thread(() -> thrown.complete(catchThrowable(() -> patient.load(KEY))));
            loading.start();
            proxy.awaitStalled(Direction.FROM_SERVER);
            loading.interrupt();
            assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
            proxy.pass();
            Served.assertServed(patient, TEXT, SIZE, 1);
            assertThat(patient.stats().health().failures()).isZero();
        }
    }
}
