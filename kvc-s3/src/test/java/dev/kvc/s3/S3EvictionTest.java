package dev.kvc.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.KvStore;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Evicts when it is asked to, and by a listing of everything. */
class S3EvictionTest extends S3Fixture {
    private static final String THREE = "&budget=3700"; // a snapshot has 1100 bytes and some

    private void saveFive(KvStore store) throws Exception {
        for (String text : new String[] {"one", "two", "three", "four", "five"}) {
            save(store, draft(text));
            clock.advance(Duration.ofSeconds(60));
        }
    }

    @Test
    void saveEvictsNothing() throws Exception {
        saveFive(open(THREE));
        assertThat(entries()).hasSize(5);
    }

    @Test
    void withoutABudgetNothingIsEvicted() throws Exception {
        KvStore store = open("");
        saveFive(store);
        assertThat(store.evictToBudget()).isZero();
    }

    @Test
    void whatWasNotUsedForLongestGoes() throws Exception {
        KvStore store = open(THREE);
        saveFive(store);
        store.load(KvcKey.of("one")).orElseThrow().close();
        assertThat(store.evictToBudget()).isEqualTo(2);
        assertThat(evicted).containsExactly(store.id(KvcKey.of("two")), store.id(KvcKey.of("three")));
        assertThat(names()).hasSize(6);
        assertServed(store, "one");
    }

    /** Anybody may: what another process knows of hits is in the index once it has closed. */
    @Test
    void othersHitsCount() throws Exception {
        KvStore theirs = open("");
        saveFive(theirs);
        theirs.load(KvcKey.of("one")).orElseThrow().close();
        theirs.close();
        KvStore ours = open(THREE);
        assertThat(ours.evictToBudget()).isEqualTo(2);
        assertServed(ours, "one");
    }

    @Test
    void allNamespacesCount() throws Exception {
        KvStore store = open(THREE);
        save(store.in(Namespace.of("llama")), draft("zero"));
        clock.advance(Duration.ofSeconds(60));
        saveFive(store);
        assertThat(open(THREE).evictToBudget()).isEqualTo(3);
        assertThat(evicted.get(0).namespace()).isEqualTo(Namespace.of("llama"));
    }
}
