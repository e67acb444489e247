package dev.kvc.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.store.KvStore;
import dev.kvc.store.PrefixQuery;
import dev.kvc.testkit.FaultyProxy;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often each operation waits for an answer: over a network that is what it costs. */
class RedisTripsTest {
    private static final String PROMPT = "x".repeat(300);

    private static RedisServer server;
    private FaultyProxy proxy;
    private KvStore store;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        server = RedisServer.start(directory);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void open() throws IOException {
        server.say("FLUSHALL");
        proxy = FaultyProxy.to(server.address());
        store = Served.open(proxy.port(), "");
        for (int length : new int[] {1, 7, 100, 200, 299, 300}) {
            store.save(Served.draft(PROMPT.substring(0, length), 1000, length));
        }
        for (int other = 0; other < 100; other++) {
            store.save(Served.draft("another text " + other, 10, other));
        }
        store.match(PrefixQuery.of(PROMPT)); // connections are made, and scripts are known
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        proxy.close();
    }

    /** An operation of a store. */
    private interface Work {
        void run() throws IOException;
    }

    private int trips(Work work) throws IOException {
        int before = proxy.trips();
        work.run();
        return proxy.trips() - before;
    }

    @Test
    void prefixLookupIsTwoTripsWhateverIsStored() throws IOException {
        assertThat(trips(() -> assertThat(store.match(PrefixQuery.of(PROMPT)).candidates())
                        .hasSize(6)))
                .isEqualTo(2);
    }

    @Test
    void prefixLookupThatFindsNothingIsNoMoreThanTwo() throws IOException {
        assertThat(trips(() -> assertThat(
                                store.match(PrefixQuery.of("y".repeat(300))).candidates())
                        .isEmpty()))
                .isLessThanOrEqualTo(2);
    }

    @Test
    void statIsOne() throws IOException {
        assertThat(trips(() -> assertThat(store.stat(KvcKey.of("x"))).isPresent()))
                .isEqualTo(1);
    }

    @Test
    void loadIsTwoForTheManifestAndThePart() throws IOException {
        assertThat(trips(() -> assertThat(Served.has(store, "x")).isTrue())).isEqualTo(2);
    }
}
