package dev.kvc.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotInfo;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** {@link Snapshot#reject}: a state that the engine could not use is never served again. */
abstract class RejectContract extends NamespaceContract {
    private static final String PROMPT = "one two three";

    private void reject(String text) throws Exception {
        try (Snapshot snapshot = load(text)) {
            snapshot.reject();
        }
    }

    @Test
    void u7RejectedSnapshotIsNeverServedAgain() throws Exception {
        save("one", "other");
        reject("one");
        assertNotServed(store(), "one");
        assertThat(store().match(PrefixQuery.of(PROMPT)).candidates()).isEmpty();
        assertThat(store().loadLongestPrefix(PrefixQuery.of(PROMPT))).isEmpty();
        assertServed(store(), "other");
    }

    @Test
    void u7NextBestCandidateIsOffered() throws Exception {
        save("one", "one two", "one two three");
        for (String expected : new String[] {"one two three", "one two", "one"}) {
            try (Snapshot snapshot = present(store().loadLongestPrefix(PrefixQuery.of(PROMPT)), expected)) {
                assertIs(snapshot, expected, SeededPayload.of(expected));
                snapshot.reject();
            }
        }
        assertThat(store().loadLongestPrefix(PrefixQuery.of(PROMPT))).isEmpty();
    }

    @Test
    void u7LaterSaveOfTheKeyIsServed() throws Exception {
        save("one");
        reject("one");
        save("one");
        assertServed(store(), "one");
        assertThat(store().match(PrefixQuery.of(PROMPT)).candidates())
                .extracting(SnapshotInfo::key)
                .containsExactly(KvcKey.of("one"));
    }

    @Test
    void u7SaveIfAbsentDoesNotTakeARejectedSnapshotForPresent() throws Exception {
        save("one");
        reject("one");
        assertWritten(store().save(KvcKey.of("one"), draft("one").build(), SaveOptions.IF_ABSENT));
        assertServed(store(), "one");
    }

    @Test
    void snapshotSavedMeanwhileIsNotTouched() throws Exception {
        SeededPayload better = new SeededPayload(9, 5_000);
        save("one");
        try (Snapshot rejected = load("one")) {
            assertReplaced(store().save(draft("one", better).build()));
            rejected.reject();
        }
        assertServed(store(), KvcKey.of("one"), "one", better);
    }

    @Test
    void equalSnapshotSavedMeanwhileIsNotTouched() throws Exception {
        save("one");
        try (Snapshot rejected = load("one")) {
            assertReplaced(store().save(draft("one").build()));
            rejected.reject();
        }
        assertServed(store(), "one");
    }

    @Test
    void snapshotSavedAfterARemovalIsNotTouched() throws Exception {
        save("one");
        try (Snapshot rejected = load("one")) {
            store().remove(KvcKey.of("one"));
            save("one");
            rejected.reject();
        }
        assertServed(store(), "one");
    }

    @Test
    void removedSnapshotMayBeRejected() throws Exception {
        save("one");
        try (Snapshot rejected = load("one")) {
            store().remove(KvcKey.of("one"));
            rejected.reject();
        }
        assertNotServed(store(), "one");
    }

    @Test
    void secondRejectDoesNothing() throws Exception {
        save("one");
        try (Snapshot rejected = load("one")) {
            rejected.reject();
            save("one");
            rejected.reject();
        }
        assertServed(store(), "one");
    }

    @Test
    void twoLoadsOfOneSnapshotMayBothRejectIt() throws Exception {
        save("one");
        try (Snapshot first = load("one");
                Snapshot second = load("one")) {
            first.reject();
            second.reject();
        }
        assertNotServed(store(), "one");
    }

    @Test
    void rejectedSnapshotStaysOpenForAllWhoLoadedIt() throws Exception {
        assumeSnapshotsOutliveTheirRemoval();
        save("one");
        try (Snapshot rejected = load("one");
                Snapshot other = load("one")) {
            rejected.reject();
            assertIs(rejected, "one", SeededPayload.of("one"));
            assertIs(other, "one", SeededPayload.of("one"));
        }
    }

    @Test
    void hitDoesNotHideASnapshotFromItsReject() throws Exception {
        save("one");
        try (Snapshot rejected = load("one")) {
            clock.advance(Duration.ofHours(1));
            hit("one");
            rejected.reject();
        }
        assertNotServed(store(), "one");
    }

    @Test
    void rejectIsCountedAndTold() throws Exception {
        save("one");
        reject("one");
        assertThat(store().stats().setAside()).isEqualTo(1);
        assertThat(store().stats().snapshots()).isZero();
        assertThat(events.setAside).containsExactly(store().id(KvcKey.of("one")));
    }
}
