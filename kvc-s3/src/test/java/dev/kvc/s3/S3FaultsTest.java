package dev.kvc.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.format.KvcKey;
import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.StoreHealth.State;
import dev.kvc.testkit.FaultyProxy;
import dev.kvc.testkit.FaultyProxy.Direction;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A service that is slow, down or lying: right bytes, a miss or an exception in time, and nothing else. */
class S3FaultsTest extends S3Fixture {
    private static final String TEXT = "a text";
    private static final KvcKey KEY = KvcKey.of(TEXT);
    private static final int MIB = 1 << 20;
    private static final byte[] PAYLOAD = bytes(1, 12 * MIB);
    private static final String SHORT = "&retry-delay=1ms&part-size=5MiB";

    private FaultyProxy proxy;

    @BeforeEach
    void startProxy() throws IOException {
        proxy = FaultyProxy.to(S3Server.address());
    }

    @AfterEach
    void stopProxy() throws IOException {
        proxy.close();
    }

    private KvStore behindProxy(String parameters) throws IOException {
        return open(URI.create("http://127.0.0.1:" + proxy.port()), SHORT + parameters);
    }

    private void save() throws IOException {
        open("&part-size=5MiB").save(draft(TEXT, PAYLOAD).build());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, MIB, 6 * MIB, 11 * MIB})
    void loadThatIsCutGoesOn(int after) throws Exception {
        save();
        KvStore store = behindProxy("&attempts=5");
        store.stat(KEY);
        proxy.cutAfter(Direction.FROM_SERVER, after);
        try (Snapshot snapshot = loadPassing(store)) {
            assertThat(snapshot.payload().toByteArray()).isEqualTo(PAYLOAD);
        }
    }

    /** A proxy that cuts goes on cutting until it is told not to: here, by the failure that is seen. */
    private Snapshot loadPassing(KvStore store) throws IOException {
        try {
            return store.load(KEY).orElseThrow();
        } catch (IOException e) {
            proxy.pass();
            return store.load(KEY).orElseThrow();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 6 * MIB})
    void saveThatIsCutLeavesNothingOrAllOfIt(int after) throws Exception {
        KvStore store = behindProxy("&attempts=2");
        proxy.cutAfter(Direction.TO_SERVER, after);
        assertThatThrownBy(() -> store.save(draft(TEXT, PAYLOAD).build())).isInstanceOf(IOException.class);
        proxy.pass();
        assertThat(open("").load(KEY)).isEmpty();
        assertThat(store.save(draft(TEXT, PAYLOAD).build()).outcome()).isEqualTo(Outcome.STORED);
        assertServed(open(""), TEXT, PAYLOAD);
    }

    @Test
    void byteThatIsChangedOnItsWayIsReadAgainAndTheObjectStays() throws Exception {
        save();
        KvStore store = behindProxy("");
        store.stat(KEY);
        proxy.flipAfter(Direction.FROM_SERVER, 2 * MIB);
        assertServed(store, TEXT, PAYLOAD);
        assertThat(setAside).isEmpty();
        assertServed(open(""), TEXT, PAYLOAD);
    }

    @Test
    void changedByteIsNeverHandedOutOnReading() throws Exception {
        save();
        KvStore store = behindProxy("&hold=0");
        try (Snapshot snapshot = store.load(KEY, LoadOptions.DEFAULT.verify(LoadOptions.Verify.ON_READ))
                .orElseThrow()) {
            proxy.flipAfter(Direction.FROM_SERVER, 3 * MIB);
            ByteBuffer buffer = ByteBuffer.allocateDirect(PAYLOAD.length);
            assertThatThrownBy(() -> snapshot.payload().readFully(buffer, 0)).isInstanceOf(IOException.class);
            proxy.pass();
            snapshot.payload().readFully(buffer.clear(), 0);
            assertThat(buffer.flip()).isEqualTo(ByteBuffer.wrap(PAYLOAD));
        }
    }

    @Test
    void serviceThatDoesNotAnswerFailsInTime() throws Exception {
        save();
        KvStore store = behindProxy("&attempts=2&attempt-timeout=500ms&timeout=2s");
        proxy.stallAfter(Direction.FROM_SERVER, 0);
        assertThatThrownBy(() -> store.load(KEY)).isInstanceOf(IOException.class);
        proxy.pass();
        assertServed(store, TEXT, PAYLOAD);
    }

    @Test
    void serviceThatIsDownIsNotAskedAndItsStateIsInTheStatistics() throws Exception {
        KvStore store = behindProxy("&attempts=1&breaker-failures=2&breaker-delay=1h");
        proxy.refuse();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> store.load(KEY)).isInstanceOf(IOException.class);
        }
        assertThat(store.stats().health().state()).isEqualTo(State.DOWN);
        assertThat(store.stats().health().lastFailure()).isPresent();
        long before = proxy.passed(Direction.TO_SERVER);
        assertThatThrownBy(() -> store.load(KEY))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not asked");
        assertThat(proxy.passed(Direction.TO_SERVER)).isEqualTo(before);
    }

    @Test
    void serviceThatComesUpIsAskedAgain() throws Exception {
        save();
        KvStore store = behindProxy("&attempts=1&breaker-failures=1&breaker-delay=1ms");
        proxy.refuse();
        assertThatThrownBy(() -> store.load(KEY)).isInstanceOf(IOException.class);
        proxy.pass();
        while (store.stats().health().state() != State.UP) {
            KvStores.resilient(store).contains(KEY);
        }
        assertServed(store, TEXT, PAYLOAD);
    }

    @Test
    void storeIsOpenedAndClosedWhileTheServiceIsDown() throws Exception {
        proxy.refuse();
        KvStore store = behindProxy("&attempts=1");
        assertThat(KvStores.resilient(store).load(KEY)).isEmpty();
        store.close();
    }
}
