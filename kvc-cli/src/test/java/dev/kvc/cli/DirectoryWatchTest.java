package dev.kvc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.cli.DirectoryWatch.Change;
import dev.kvc.cli.DirectoryWatch.Event;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.SnapshotInfo;
import java.util.List;
import org.junit.jupiter.api.Test;

class DirectoryWatchTest {
    private static final long T = 1_795_000_000L;

    private final DirectoryWatch watch = new DirectoryWatch();

    private static SnapshotInfo info(String text, long created, long used, long hits) {
        KvcHeader header = KvcHeader.builder()
                .quantBits(2)
                .tokenCount(5)
                .createdUnix(created)
                .lastUsedUnix(used)
                .hitCount(hits)
                .build();
        return new SnapshotInfo(new SnapshotId(Namespace.DEFAULT, KvcKey.of(text)), header, text.length(), 100);
    }

    private List<String> look(long unix, SnapshotInfo... found) {
        return watch.look(List.of(found), unix * 1000).stream()
                .map(DirectoryWatchTest::describe)
                .toList();
    }

    private static String describe(Change change) {
        String what = change.event() == Event.HIT ? "hit" : change.event() == Event.SAVED ? "saved" : "again";
        return what + " " + (change.atMillis() - T * 1000) + " "
                + change.snapshot().header().hitCount();
    }

    @Test
    void whatIsThereAtTheFirstLookCountsAsSavedThenAndItsHitsAsPast() {
        assertThat(look(T, info("b", T - 5, T, 7), info("a", T - 9, T - 1, 0)))
                .containsExactly("saved -9000 0", "saved -5000 7");
        assertThat(look(T + 1, info("b", T - 5, T, 7), info("a", T - 9, T - 1, 0)))
                .isEmpty();
    }

    @Test
    void countThatHasGrownIsSoManyHitsWhenItWasLastUsed() {
        look(T, info("a", T - 9, T - 9, 2));
        assertThat(look(T + 10, info("a", T - 9, T + 4, 4))).containsExactly("hit 4000 4", "hit 4000 4");
        assertThat(look(T + 20, info("a", T - 9, T + 4, 4))).isEmpty();
    }

    @Test
    void eventsAreInTheOrderOfTheirTimesAndNoneIsBeforeTheLastLook() {
        look(T, info("a", T - 9, T - 9, 0));
        assertThat(look(T + 10, info("a", T - 9, T + 9, 1), info("b", T + 3, T + 3, 0)))
                .containsExactly("saved 3000 0", "hit 9000 1");
        assertThat(look(T + 20, info("a", T - 9, T + 2, 2), info("b", T + 3, T + 99, 1)))
                .as("a time before the last look, and one that has not come")
                .containsExactly("hit 10000 2", "hit 20000 1");
    }

    @Test
    void snapshotSavedAndHitBetweenTwoLooksIsBoth() {
        look(T);
        assertThat(look(T + 5, info("a", T + 1, T + 4, 1))).containsExactly("saved 1000 1", "hit 4000 1");
    }

    @Test
    void hitsThatSomethingImportedBringsAlongAreNone() {
        look(T);
        assertThat(look(T + 5, info("a", T - 1000, T - 50, 30))).containsExactly("saved 0 30");
    }

    @Test
    void snapshotThatComesBackWasMissed() {
        look(T, info("a", T - 9, T - 9, 0));
        assertThat(look(T + 1)).isEmpty();
        assertThat(watch.removals()).isEqualTo(1);
        assertThat(look(T + 9, info("a", T + 5, T + 5, 0))).containsExactly("again 5000 0");
        assertThat(look(T + 10)).isEmpty();
        assertThat(look(T + 12, info("a", T + 11, T + 11, 0))).containsExactly("again 11000 0");
    }

    @Test
    void noMoreRemovedSnapshotsAreRememberedThanTheLast() {
        DirectoryWatch forgetful = new DirectoryWatch(2);
        for (String text : List.of("a", "b", "c")) {
            forgetful.look(List.of(info(text, T, T, 0)), T * 1000);
        }
        forgetful.look(List.of(), T * 1000);
        assertThat(forgetful.removals()).isEqualTo(3);
        assertThat(forgetful.look(List.of(info("a", T, T, 0), info("b", T, T, 0), info("c", T, T, 0)), T * 1000))
                .extracting(Change::event)
                .containsExactly(Event.SAVED, Event.SAVED_AGAIN, Event.SAVED_AGAIN);
    }

    @Test
    void snapshotThatIsReplacedIsSaved() {
        look(T, info("a", T - 9, T - 9, 3));
        assertThat(look(T + 9, info("a", T + 5, T + 5, 0))).containsExactly("saved 5000 0");
    }

    @Test
    void countThatJumpsIsNotWrittenOutAndOneThatFallsIsNone() {
        look(T, info("a", T - 9, T - 9, 3));
        assertThat(look(T + 9, info("a", T - 9, T + 5, KvcHeader.MAX_HIT_COUNT)))
                .hasSize((int) DirectoryWatch.MOST_HITS);
        assertThat(look(T + 19, info("a", T - 9, T + 15, 1))).isEmpty();
    }
}
