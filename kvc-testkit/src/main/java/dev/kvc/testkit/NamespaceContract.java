package dev.kvc.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.Capability;
import dev.kvc.store.KvStore;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotInfo;
import org.junit.jupiter.api.Test;

/** Namespaces: parts of one store that no lookup crosses. */
abstract class NamespaceContract extends PrefixContract {
    private static final String TEXT = "a text";
    private static final KvcKey KEY = KvcKey.of(TEXT);
    private static final Namespace ALICE = Namespace.of("alice");
    private static final Namespace BOB = Namespace.of("bob.2-x_y");

    private KvStore in(Namespace namespace) throws Exception {
        assumeCapable(Capability.NAMESPACES);
        return store().in(namespace);
    }

    @Test
    void storeIsItsOwnDefaultNamespace() throws Exception {
        assertThat(store().namespace()).isEqualTo(Namespace.DEFAULT);
        assertThat(store().id(KEY)).isEqualTo(new SnapshotId(Namespace.DEFAULT, KEY));
        assertThat(store().namespaces()).containsExactly(Namespace.DEFAULT);
        store().in(Namespace.DEFAULT).save(draft(TEXT).build());
        assertServed(store(), TEXT);
    }

    @Test
    void storeWithoutNamespacesSaysSo() throws Exception {
        assumeFalse(store().capabilities().contains(Capability.NAMESPACES), "the store under test has namespaces");
        assertThatThrownBy(() -> store().in(ALICE))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("alice");
    }

    @Test
    void viewKnowsItsNamespace() throws Exception {
        KvStore alice = in(ALICE);
        assertThat(alice.namespace()).isEqualTo(ALICE);
        assertThat(alice.id(KEY)).isEqualTo(new SnapshotId(ALICE, KEY));
        assertThat(alice.capabilities()).isEqualTo(store().capabilities());
        assertThat(alice.in(BOB).namespace()).isEqualTo(BOB);
        assertThat(alice.in(Namespace.DEFAULT).namespace()).isEqualTo(Namespace.DEFAULT);
    }

    @Test
    void u19NoLookupCrossesANamespace() throws Exception {
        in(ALICE).save(draft(TEXT).build());
        for (KvStore other : new KvStore[] {store(), in(BOB)}) {
            assertNotServed(other, TEXT);
            assertThat(other.match(PrefixQuery.of(TEXT)).candidates()).isEmpty();
            assertThat(other.match(PrefixQuery.of(TEXT)).refused()).isEmpty();
            assertThat(other.loadLongestPrefix(PrefixQuery.of(TEXT))).isEmpty();
            assertThat(other.remove(KEY)).isFalse();
        }
        assertServed(in(ALICE), TEXT);
    }

    @Test
    void u19DefaultNamespaceIsNotSeenFromOthers() throws Exception {
        save(TEXT);
        assertNotServed(in(ALICE), TEXT);
        assertThat(in(ALICE).loadLongestPrefix(PrefixQuery.of(TEXT))).isEmpty();
    }

    @Test
    void u19OneKeyInTwoNamespacesIsTwoSnapshots() throws Exception {
        SeededPayload ours = new SeededPayload(1, 100);
        SeededPayload theirs = new SeededPayload(2, 200);
        assertWritten(in(ALICE).save(draft(TEXT, ours).build()));
        assertWritten(in(BOB).save(KEY, draft(TEXT, theirs).build(), SaveOptions.IF_ABSENT));
        assertServed(in(ALICE), KEY, TEXT, ours);
        assertServed(in(BOB), KEY, TEXT, theirs);
        assertThat(in(ALICE).remove(KEY)).isTrue();
        assertServed(in(BOB), KEY, TEXT, theirs);
    }

    @Test
    void u19RejectedSnapshotOfOneNamespaceIsServedInAnother() throws Exception {
        in(ALICE).save(draft(TEXT).build());
        in(BOB).save(draft(TEXT).build());
        try (Snapshot snapshot = present(in(ALICE).load(KEY), TEXT)) {
            snapshot.reject();
        }
        assertNotServed(in(ALICE), TEXT);
        assertServed(in(BOB), TEXT);
    }

    @Test
    void hitCountsInItsNamespace() throws Exception {
        in(ALICE).save(draft(TEXT).build());
        in(BOB).save(draft(TEXT).build());
        present(in(ALICE).load(KEY), TEXT).close();
        assertThat(present(in(ALICE).stat(KEY), TEXT).header().hitCount()).isEqualTo(1);
        assertThat(present(in(BOB).stat(KEY), TEXT).header().hitCount()).isZero();
    }

    @Test
    void listAndInfoNameTheNamespace() throws Exception {
        in(ALICE).save(draft(TEXT).build());
        assertThat(list(in(ALICE))).extracting(SnapshotInfo::id).containsExactly(new SnapshotId(ALICE, KEY));
        assertThat(present(in(ALICE).stat(KEY), TEXT).id()).isEqualTo(new SnapshotId(ALICE, KEY));
        try (Snapshot snapshot = present(in(ALICE).load(KEY), TEXT)) {
            assertThat(snapshot.info().id()).isEqualTo(new SnapshotId(ALICE, KEY));
        }
    }

    @Test
    void longestPrefixIsThatOfTheNamespace() throws Exception {
        save("a text and more");
        in(ALICE).save(draft("a text").build());
        try (Snapshot snapshot = present(in(ALICE).loadLongestPrefix(PrefixQuery.of("a text and more")), TEXT)) {
            assertIs(snapshot, TEXT, SeededPayload.of(TEXT));
        }
    }

    @Test
    void namespacesAreThoseThatHoldASnapshotAndOnesOwn() throws Exception {
        in(ALICE).save(draft(TEXT).build());
        assertThat(store().namespaces()).containsExactlyInAnyOrder(Namespace.DEFAULT, ALICE);
        assertThat(in(BOB).namespaces()).contains(ALICE, BOB);
        in(ALICE).remove(KEY);
        assertThat(store().namespaces()).containsExactly(Namespace.DEFAULT);
        assertThat(in(ALICE).namespaces()).contains(ALICE);
    }

    @Test
    void viewsOfOneNamespaceAreOne() throws Exception {
        KvStore first = in(ALICE);
        KvStore second = in(BOB).in(ALICE);
        first.save(draft(TEXT).build());
        assertServed(second, TEXT);
    }

    @Test
    void statsAreThoseOfTheWholeStore() throws Exception {
        save(TEXT);
        in(ALICE).save(draft(TEXT).build());
        present(in(ALICE).load(KEY), TEXT).close();
        assertThat(store().stats().snapshots()).isEqualTo(2);
        assertThat(store().stats().hits()).isEqualTo(1);
        assertThat(in(ALICE).stats()).isEqualTo(store().stats());
    }

    @Test
    void closingAViewDoesNothing() throws Exception {
        in(ALICE).save(draft(TEXT).build());
        in(ALICE).close();
        assertServed(in(ALICE), TEXT);
        save(TEXT);
    }

    @Test
    void viewOfAClosedStoreIsClosed() throws Exception {
        KvStore alice = in(ALICE);
        alice.save(draft(TEXT).build());
        close();
        assertThatThrownBy(() -> alice.load(KEY)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> alice.save(draft(TEXT).build())).isInstanceOf(IllegalStateException.class);
        assertThat(alice.namespace()).isEqualTo(ALICE);
    }
}
