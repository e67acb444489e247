package dev.kvc.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.Capability;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.MissReason;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreListener;
import dev.kvc.store.StoreStats;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** What a store says of itself, and its end. */
abstract class ReportingContract extends PinContract {
    private static final String TEXT = "a text";
    private static final KvcKey KEY = KvcKey.of(TEXT);

    @Test
    void newStoreHasCountedNothing() throws Exception {
        StoreStats stats = store().stats();
        assertThat(stats.hits()).isZero();
        assertThat(stats.missCount()).isZero();
        assertThat(stats.saves()).isEmpty();
        assertThat(stats.budgetBytes()).isPositive();
    }

    @Test
    void savesAreCountedByOutcome() throws Exception {
        SaveResult first = store().save(draft(TEXT).build());
        SaveResult second = store().save(draft(TEXT).build());
        SaveResult third = store().save(KEY, draft(TEXT).build(), SaveOptions.IF_ABSENT);
        Map<Outcome, Long> counted = store().stats().saves();
        for (SaveResult result : new SaveResult[] {first, second, third}) {
            assertThat(counted).containsKey(result.outcome());
        }
        assertThat(counted.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(3);
        assertThat(store().stats().saves(third.outcome())).isEqualTo(1);
    }

    @Test
    void bytesWrittenAreThoseOfSavesThatWrote() throws Exception {
        store().save(draft(TEXT).build());
        long once = store().stats().bytesWritten();
        assertThat(once).isPositive();
        store().save(KEY, draft(TEXT).build(), SaveOptions.IF_ABSENT);
        assertThat(store().stats().bytesWritten()).isEqualTo(once);
        store().save(draft(TEXT).build());
        assertThat(store().stats().bytesWritten()).isEqualTo(2 * once);
    }

    @Test
    void hitsAndTheirTokensAreCounted() throws Exception {
        save("four", "seven..");
        hit("four");
        hit("seven..");
        hit("four");
        assertThat(store().stats().hits()).isEqualTo(3);
        assertThat(store().stats().tokensServed()).isEqualTo(15);
        assertThat(store().stats().missCount()).isZero();
    }

    @Test
    void missesAreCountedByReason() throws Exception {
        save(TEXT);
        store().load(KvcKey.of("nothing"));
        store().load(KvcKey.of("nothing either"));
        store().load(KEY, LoadOptions.DEFAULT.expecting(PrefixQuery.of("another prompt")));
        assertThat(store().stats().misses())
                .containsOnly(Map.entry(MissReason.ABSENT, 2L), Map.entry(MissReason.NOT_EXPECTED, 1L));
        assertThat(store().stats().hits()).isZero();
    }

    @Test
    void prefixLookupThatFindsNothingIsAMissOfItsOwnKind() throws Exception {
        assumeCapable(Capability.INDEXED_PREFIXES);
        save(TEXT);
        assertThat(store().loadLongestPrefix(PrefixQuery.of("another prompt"))).isEmpty();
        assertThat(store().stats().misses()).containsOnly(Map.entry(MissReason.NO_PREFIX, 1L));
    }

    @Test
    void statOfNothingIsNoMiss() throws Exception {
        assertThat(store().stat(KEY)).isEmpty();
        assertThat(store().contains(KEY)).isFalse();
        assertThat(store().remove(KEY)).isFalse();
        assertThat(store().stats().missCount()).isZero();
    }

    @Test
    void bytesHeldComeAndGoWithTheirSnapshots() throws Exception {
        long empty = store().stats().bytes();
        save("one", "two");
        long two = store().stats().bytes();
        assertThat(two)
                .isGreaterThanOrEqualTo(stat("one").storedBytes() + stat("two").storedBytes());
        save("three");
        store().remove(KvcKey.of("three"));
        assertThat(store().stats().bytes()).isEqualTo(two);
        store().remove(KvcKey.of("one"));
        store().remove(KvcKey.of("two"));
        assertThat(store().stats().bytes()).isEqualTo(empty);
    }

    @Test
    void listenersAreTold() throws Exception {
        SnapshotId id = store().id(KEY);
        save(TEXT);
        hit(TEXT);
        store().load(KvcKey.of("nothing"));
        assertThat(events.saved).containsExactly(id);
        assertThat(events.loaded).containsExactly(id);
        assertThat(events.missed)
                .containsExactly(new RecordingListener.Miss(store().id(KvcKey.of("nothing")), MissReason.ABSENT));
        assertThat(events.evicted).isEmpty();
        assertThat(events.setAside).isEmpty();
    }

    @Test
    void listenerThatThrowsHarmsNothing() throws Exception {
        listen(new Grumbler());
        save(TEXT);
        hit(TEXT);
        assertThat(store().load(KvcKey.of("nothing"))).isEmpty();
        assertServed(store(), TEXT);
        assertThat(events.saved).hasSize(1);
        assertThat(events.loaded).isNotEmpty();
        assertThat(events.missed).hasSize(1);
    }

    /** A listener with a bug. */
    private static final class Grumbler implements StoreListener {
        @Override
        public void saved(SnapshotId id, SaveResult result) {
            throw new Bug();
        }

        @Override
        public void loaded(SnapshotInfo snapshot) {
            throw new Bug();
        }

        @Override
        public void missed(SnapshotId id, MissReason reason) {
            throw new Bug();
        }
    }

    /** Without a stack trace, which would only fill the log. */
    private static final class Bug extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Bug() {
            super("a bug in a listener", null, false, false);
        }
    }

    @Test
    void storeMayBeClosedTwice() throws Exception {
        save(TEXT);
        close().close();
    }

    @Test
    void closedStoreRefusesWork() throws Exception {
        save(TEXT);
        KvStore closed = close();
        assertRefusedAsClosed(() -> closed.save(draft(TEXT).build()));
        assertRefusedAsClosed(() -> closed.load(KEY));
        assertRefusedAsClosed(() -> closed.stat(KEY));
        assertRefusedAsClosed(() -> closed.contains(KEY));
        assertRefusedAsClosed(() -> closed.remove(KEY));
        assertRefusedAsClosed(closed::list);
        assertRefusedAsClosed(() -> closed.match(PrefixQuery.of(TEXT)));
        assertRefusedAsClosed(() -> closed.loadLongestPrefix(PrefixQuery.of(TEXT)));
    }

    private static void assertRefusedAsClosed(Callable<?> action) {
        assertThatThrownBy(action::call).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closedStoreStillSaysWhatItWas() throws Exception {
        save(TEXT);
        hit(TEXT);
        KvStore closed = close();
        assertThat(closed.stats().hits()).isEqualTo(1);
        assertThat(closed.namespace()).isEqualTo(Namespace.DEFAULT);
        assertThat(closed.capabilities()).isNotNull();
    }
}
