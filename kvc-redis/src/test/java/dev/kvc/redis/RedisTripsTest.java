package dev.kvc.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcKey;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.PrefixQuery;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How often each operation waits for an answer: over a network that is what it costs. */
class RedisTripsTest extends ProxiedRedis {
    private static final String PROMPT = "x".repeat(300);

    private KvStore store;

    @BeforeEach
    void open() throws IOException {
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
    void loadOfASmallFileIsOne() throws IOException {
        assertThat(trips(() -> assertThat(Served.has(store, "x")).isTrue())).isEqualTo(1);
    }

    @Test
    void loadOfALongestPrefixThatIsSmallIsThree() throws IOException {
        assertThat(trips(() -> store.loadLongestPrefix(PrefixQuery.of(PROMPT), LoadOptions.DEFAULT.withoutHit())
                        .orElseThrow()
                        .close()))
                .isEqualTo(3);
    }

    @Test
    void saveOfASmallFileIsOneAlsoWhereItReplacesAnother() throws IOException {
        assertThat(trips(() -> store.save(Served.draft("x", 1000, 2)))).isEqualTo(1);
        assertThat(trips(() -> store.save(Served.draft("new", 1000, 2)))).isEqualTo(1);
    }

    /** With a text that fills what is read first: two parts asked for at once would be counted as one or two trips. */
    @Test
    void loadInPartsIsThreeWithTheManifestAndBothEnds() throws IOException {
        String text = "x".repeat((64 << 10) - KvcCodec.FIXED_BYTES);
        store.save(Served.draft(text, 6 * Served.MIB, 1));
        LoadOptions onRead = LoadOptions.DEFAULT.verify(Verify.ON_READ).withoutHit();
        // Header, text and tail are asked for before the payload is.
        assertThat(trips(() -> store.load(KvcKey.of(text), onRead).orElseThrow().close()))
                .isEqualTo(3);
    }
}
