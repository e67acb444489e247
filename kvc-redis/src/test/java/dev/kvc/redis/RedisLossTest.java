package dev.kvc.redis;

import static dev.kvc.redis.Served.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.MissReason;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.VerifyOptions;
import dev.kvc.store.VerifyReport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Redis drops, and what others do to what is there. */
class RedisLossTest extends OneRedis {
    private static final String TEXT = "a text";
    private static final KvcKey KEY = KvcKey.of(TEXT);
    private static final int SIZE = 9 * MIB;
    private static final String FILE = Served.file(new SnapshotId(Namespace.DEFAULT, KEY));

    private KvStore store;

    @BeforeEach
    void open() throws IOException {
        store = Served.open(server.port(), "?ttl=1h&orphan-ttl=5m&grace=1m");
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private static String manifest(Namespace namespace) {
        return Served.manifest(new SnapshotId(namespace, KEY));
    }

    private static String part(int index) throws IOException {
        String save = server.value("HGET", manifest(Namespace.DEFAULT), "s");
        return new String(
                new Keys("kvc").part(new SnapshotId(Namespace.DEFAULT, KEY), save, index), StandardCharsets.UTF_8);
    }

    private static long ttlSeconds(String key) throws IOException {
        return Long.parseLong(server.say("TTL", key).substring(1));
    }

    private long listed() throws IOException {
        try (Stream<SnapshotInfo> all = store.list()) {
            return all.count();
        }
    }

    @Test
    void missingPartIsNamedByVerificationWhichTakesItAwayWhenAsked() throws IOException {
        String uri = server.uri();
        store.save(Served.draft(TEXT, SIZE, 1));
        store.in(Namespace.of("whole")).save(Served.draft(TEXT, SIZE, 1));
        server.say("DEL", part(2));
        VerifyReport named = KvStores.verify(uri, VerifyOptions.DEFAULT);
        assertThat(named.verified()).isEqualTo(1);
        assertThat(named.findings()).hasSize(1);
        assertThat(named.findings().get(0).kind()).isEqualTo(VerifyReport.Kind.DAMAGED);
        assertThat(named.findings().get(0).detail()).contains("part 2 of " + KEY + " is gone");
        assertThat(named.isSound()).isFalse();
        assertThat(store.stat(KEY)).isPresent();
        assertThat(KvStores.verify(uri, VerifyOptions.DEFAULT.withoutPayloads()).verified())
                .isEqualTo(2); // but for the payload it is whole
        assertThat(KvStores.verify(uri, VerifyOptions.DEFAULT.mending()).isSound())
                .isTrue();
        assertThat(store.stat(KEY)).isEmpty();
    }

    @Test
    void missingPartIsAMissAndTheSnapshotIsTakenAway() throws IOException {
        store.save(Served.draft(TEXT, SIZE, 1));
        server.say("DEL", part(2));
        assertThat(store.load(KEY)).isEmpty();
        assertThat(server.say("EXISTS", manifest(Namespace.DEFAULT))).isEqualTo(":0");
        assertThat(store.stat(KEY)).isEmpty();
        assertThat(listed()).isZero();
        assertThat(store.stats().snapshots()).isZero();
        assertThat(store.stats().misses()).containsOnlyKeys(MissReason.ABSENT);
        store.save(Served.draft(TEXT, SIZE, 2));
        Served.assertServed(store, TEXT, SIZE, 2);
    }

    @Test
    void damagedPartIsAMissAndTheSnapshotIsSetAside() throws IOException {
        store.save(Served.draft(TEXT, SIZE, 1));
        server.say("SETRANGE", part(1), "1000", "other bytes");
        assertThat(store.load(KEY)).isEmpty();
        assertThat(store.stats().setAside()).isEqualTo(1);
        assertThat(store.stats().misses()).containsOnlyKeys(MissReason.CORRUPT);
        assertThat(store.stat(KEY)).isEmpty();
    }

    @Test
    void partOfAnotherLengthIsAMiss() throws IOException {
        store.save(Served.draft(TEXT, SIZE, 1));
        server.say("SET", part(1), "short");
        assertThat(store.load(KEY)).isEmpty();
    }

    @Test
    void manifestThatIsNotOneIsLeftAlone() throws IOException {
        server.say("HSET", manifest(Namespace.DEFAULT), "s", "0123", "m", "of a later version");
        assertThat(store.load(KEY)).isEmpty();
        assertThat(store.stat(KEY)).isEmpty();
        assertThat(store.stats().misses()).containsOnlyKeys(MissReason.UNREADABLE);
        assertThat(server.say("EXISTS", manifest(Namespace.DEFAULT))).isEqualTo(":1");
    }

    @Test
    void indexForgetsWhatRedisDropped() throws IOException {
        store.save(Served.draft(TEXT, 1000, 1));
        store.save(Served.draft("a text and more", 1000, 1));
        server.say("DEL", manifest(Namespace.DEFAULT));
        assertThat(store.match(PrefixQuery.of("a text and more and more")).candidates())
                .hasSize(1);
        assertThat(store.stats().snapshots()).isEqualTo(2);
        assertThat(store.evictToBudget()).isEqualTo(1);
        assertThat(store.stats().snapshots()).isEqualTo(1);
        assertThat(store.stats().bytes())
                .isEqualTo(
                        store.stat(KvcKey.of("a text and more")).orElseThrow().storedBytes());
        assertThat(server.say("ZCARD", "{kvc:}:l")).isEqualTo(":1");
    }

    @Test
    void indexThatIsGoneComesBackWithTheNextSave() throws IOException {
        store.save(Served.draft(TEXT, 1000, 1));
        server.say("DEL", "{kvc:}:k", "{kvc:}:l", "{kvc:}:b", "{kvc:}:t");
        Served.assertServed(store, TEXT, 1000, 1);
        assertThat(store.match(PrefixQuery.of("a text, longer")).candidates()).isEmpty();
        store.save(Served.draft(TEXT, 1000, 2));
        assertThat(store.match(PrefixQuery.of("a text, longer")).candidates()).hasSize(1);
    }

    @Test
    void everythingOfASnapshotExpires() throws IOException {
        store.save(Served.draft(TEXT, SIZE, 1));
        assertThat(ttlSeconds(manifest(Namespace.DEFAULT))).isBetween(3500L, 3600L);
        for (int i = 0; i < 4; i++) {
            assertThat(ttlSeconds(part(i))).isBetween(3500L, 3600L);
        }
    }

    @Test
    void everythingOfASmallSnapshotExpires() throws IOException {
        store.save(Served.draft(TEXT, MIB, 1));
        assertThat(ttlSeconds(manifest(Namespace.DEFAULT))).isBetween(3500L, 3600L);
        assertThat(ttlSeconds(FILE)).isBetween(3500L, 3600L);
        assertThat(server.say("DBSIZE")).isEqualTo(":7"); // with the index
    }

    @Test
    void smallSnapshotWithoutATimeToLiveStays() throws IOException {
        try (KvStore lasting = Served.open(server.port(), "?ttl=0s")) {
            lasting.save(Served.draft(TEXT, 1000, 1));
        }
        assertThat(ttlSeconds(manifest(Namespace.DEFAULT))).isEqualTo(-1);
        assertThat(ttlSeconds(FILE)).isEqualTo(-1);
    }

    /** How many parts and prepared manifests do not expire within ten minutes. */
    private static String partsThatStay() throws IOException {
        String script = "local found = 0 for _, pattern in ipairs({'kvc:d:*', '{kvc:m:*'}) do "
                + "for _, part in ipairs(redis.call('KEYS', pattern)) do local ttl = redis.call('TTL', part) "
                + "if ttl < 0 or ttl > 600 then found = found + 1 end end end return found";
        return server.say("EVAL", script, "0");
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, SIZE})
    void partsOfASaveThatIsNotPublishedExpireWhateverTheTimeToLive(int size) throws IOException {
        server.say("SET", manifest(Namespace.DEFAULT), "no hash");
        try (KvStore lasting = Served.open(server.port(), "?ttl=0s")) {
            assertThatThrownBy(() -> lasting.save(Served.draft(TEXT, size, 1))).isInstanceOf(IOException.class);
        }
        assertThat(partsThatStay()).isEqualTo(":0");
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, SIZE})
    void replacedPartsExpireAlsoWithoutATimeToLive(int size) throws IOException {
        try (KvStore lasting = Served.open(server.port(), "?ttl=0s")) {
            lasting.save(Served.draft(TEXT, SIZE, 1));
            lasting.save(Served.draft(TEXT, size, 2));
            Served.assertServed(lasting, TEXT, size, 2);
            assertThat(lasting.remove(KEY)).isTrue();
        }
        assertThat(partsThatStay()).isEqualTo(":0");
    }

    @Test
    void smallSnapshotWhoseFileIsGoneIsAMissAndTakenAway() throws IOException {
        store.save(Served.draft(TEXT, 1000, 1));
        server.say("DEL", FILE);
        assertThat(store.load(KEY)).isEmpty();
        assertThat(server.say("EXISTS", manifest(Namespace.DEFAULT))).isEqualTo(":0");
        assertThat(store.stats().misses()).containsOnlyKeys(MissReason.ABSENT);
    }

    @Test
    void smallSnapshotWhoseFileIsGoneIsSavedAgainWhereItIsAbsent() throws IOException {
        store.save(Served.draft(TEXT, 1000, 1));
        server.say("DEL", FILE);
        assertThat(store.save(KEY, Served.draft(TEXT, 1000, 2), SaveOptions.IF_ABSENT)
                        .outcome())
                .isEqualTo(Outcome.REPLACED);
        Served.assertServed(store, TEXT, 1000, 2);
    }

    @Test
    void smallSnapshotThatIsDamagedIsAMissAndSetAside() throws IOException {
        store.save(Served.draft(TEXT, 1000, 1));
        server.say("SET", FILE, "short");
        assertThat(store.load(KEY)).isEmpty();
        assertThat(store.stats().setAside()).isEqualTo(1);
        assertThat(store.stat(KEY)).isEmpty();
    }

    @Test
    void smallSnapshotWhoseFileIsOfAnotherSaveIsAMissAndTakenAway() throws IOException {
        store.save(Served.draft(TEXT, 1000, 1));
        long behind = store.stat(KEY).orElseThrow().storedBytes();
        server.say("SETRANGE", FILE, Long.toString(behind), "0123456789abcdef");
        assertThat(store.load(KEY, LoadOptions.DEFAULT.verify(Verify.NEVER))).isEmpty();
        assertThat(server.say("EXISTS", FILE)).isEqualTo(":0");
    }

    @Test
    void nothingOfASmallSnapshotIsLeftWhereALargeOneTakesItsPlace() throws IOException {
        store.save(Served.draft(TEXT, 1000, 1));
        store.save(Served.draft(TEXT, SIZE, 2));
        assertThat(server.say("EXISTS", FILE)).isEqualTo(":0");
        Served.assertServed(store, TEXT, SIZE, 2);
    }

    @Test
    void nothingOfASmallSnapshotIsLeftWhenItIsRemoved() throws IOException {
        store.save(Served.draft(TEXT, 1000, 1));
        assertThat(store.remove(KEY)).isTrue();
        assertThat(server.say("EXISTS", FILE)).isEqualTo(":0");
    }

    @Test
    void smallSnapshotIsReadOnAfterItIsReplacedAndTheStoreClosed() throws IOException {
        store.save(Served.draft(TEXT, MIB, 1));
        for (Verify verify : Verify.values()) {
            try (Snapshot open =
                    store.load(KEY, LoadOptions.DEFAULT.verify(verify)).orElseThrow()) {
                store.save(Served.draft(TEXT, MIB, 2));
                Served.assertServed(store, TEXT, MIB, 2);
                Served.assertIs(open, MIB, 1);
                store.save(Served.draft(TEXT, MIB, 1));
            }
        }
        Snapshot outlives = store.load(KEY).orElseThrow();
        store.close();
        Served.assertIs(outlives, MIB, 1);
        outlives.close();
    }

    /** More than there is memory for that is used again. */
    @Test
    void manySmallSnapshotsAreOpenAtOnce() throws IOException {
        List<Snapshot> open = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            store.save(Served.draft("text " + i, 1000 + i, i));
            open.add(store.load(KvcKey.of("text " + i)).orElseThrow());
        }
        for (int i = 0; i < open.size(); i++) {
            Served.assertIs(open.get(i), 1000 + i, i);
            open.get(i).close();
            Served.assertServed(store, "text " + i, 1000 + i, i);
        }
    }

    @Test
    void withoutATimeToLiveNothingExpires() throws IOException {
        try (KvStore lasting = Served.open(server.port(), "?ttl=0s")) {
            lasting.save(Served.draft(TEXT, SIZE, 1));
        }
        assertThat(ttlSeconds(manifest(Namespace.DEFAULT))).isEqualTo(-1);
        assertThat(ttlSeconds(part(0))).isEqualTo(-1);
    }

    @Test
    void partsOfASaveThatFailedAreTakenAway() throws IOException {
        SnapshotDraft failing = SnapshotDraft.builder()
                .text(TEXT)
                .payload(PayloadSource.of(SIZE, out -> {
                    out.write(ByteBuffer.allocate(5 * MIB));
                    throw new IOException("the engine is gone");
                }))
                .build();
        assertThatThrownBy(() -> store.save(failing)).hasMessage("the engine is gone");
        assertThat(store.stat(KEY)).isEmpty();
        while (!server.say("DBSIZE").equals(":0")) {
            Thread.onSpinWait();
        }
    }

    @Test
    void replacedPartsStayForWhoReadsThemAndThenExpire() throws IOException {
        store.save(Served.draft(TEXT, SIZE, 1));
        String old = part(1);
        LoadOptions onRead = LoadOptions.DEFAULT.verify(Verify.ON_READ);
        try (Snapshot open = store.load(KEY, onRead).orElseThrow()) {
            store.save(Served.draft(TEXT, SIZE, 2));
            Served.assertIs(open, SIZE, 1);
            assertThat(ttlSeconds(old)).isBetween(1L, 60L);
            store.close();
            Served.assertIs(open, SIZE, 1);
        }
    }

    @Test
    void twoProcessesShareWhatIsThere() throws IOException {
        store.save(Served.draft(TEXT, SIZE, 1));
        try (KvStore other = KvStores.open(server.uri())) {
            Served.assertServed(other, TEXT, SIZE, 1);
            other.load(KEY).orElseThrow().close();
            assertThat(other.stat(KEY).orElseThrow().header().hitCount()).isEqualTo(1); // has it counted for all
            assertThat(store.stat(KEY).orElseThrow().header().hitCount()).isEqualTo(1);
            other.save(Served.draft(TEXT, SIZE, 2));
        }
        Served.assertServed(store, TEXT, SIZE, 2);
    }

    private long hit() throws IOException {
        try (Snapshot snapshot = store.load(KEY).orElseThrow()) {
            return snapshot.info().header().hitCount();
        }
    }

    private static long evals() throws IOException {
        String eval = "cmdstat_eval:calls=";
        return server.lines("INFO", "commandstats").stream()
                .filter(line -> line.startsWith(eval))
                .mapToLong(line -> Long.parseLong(line.substring(eval.length(), line.indexOf(','))))
                .sum();
    }

    @Test
    void hitsOfOneSnapshotAreCountedTogether() throws IOException {
        store.save(Served.draft(TEXT, 1000, 1));
        long before = evals();
        for (int i = 1; i <= 20; i++) {
            assertThat(hit()).isBetween(1L, (long) i);
        }
        store.close();
        assertThat(server.value("HGET", manifest(Namespace.DEFAULT), "h")).isEqualTo("20");
        assertThat(evals() - before).isBetween(1L, 10L); // some seconds may have passed
    }

    @Test
    void hitsOfWhatWasReplacedAreNotThoseOfWhatReplacedIt() throws IOException {
        store.save(Served.draft(TEXT, 1000, 1));
        hit();
        store.save(Served.draft(TEXT, 1000, 2));
        assertThat(hit()).isEqualTo(1);
        assertThat(store.stat(KEY).orElseThrow().header().hitCount()).isEqualTo(1);
    }

    @Test
    void prefixesAreStoresOfTheirOwn() throws IOException {
        store.save(Served.draft(TEXT, 1000, 1));
        try (KvStore other = Served.open(server.port(), "?prefix=other")) {
            assertThat(Served.has(other, TEXT)).isFalse();
            assertThat(other.stats().snapshots()).isZero();
        }
    }

    @Test
    void aPageIsNotAllThatIsListed() throws IOException {
        for (int i = 0; i < 1500; i++) {
            store.save(Served.draft("text " + i, 10, i));
        }
        assertThat(listed()).isEqualTo(1500);
        assertThat(store.stats().snapshots()).isEqualTo(1500);
    }
}
