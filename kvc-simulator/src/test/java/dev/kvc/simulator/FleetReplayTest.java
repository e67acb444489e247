package dev.kvc.simulator;

import static dev.kvc.simulator.Texts.lookup;
import static dev.kvc.simulator.Texts.save;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.eviction.LruPolicy;
import dev.kvc.simulator.trace.TraceEvent;
import org.junit.jupiter.api.Test;

/** What a fleet does, by small examples worked by hand. A unit is one letter, one token and one byte. */
class FleetReplayTest {
    private static final SizeModel BYTES = SizeModel.linear("bytes", 0, 1);
    private static final Admission ALL = new Admission(0, false);

    private FleetReplay fleet = fleet(100, 100, ALL);
    private int engine;

    private static SimulatedStore store(long budget) {
        return new SimulatedStore(new LruPolicy(), budget, BYTES);
    }

    private FleetReplay fleet(long budget, long sharedBudget, Admission admission) {
        return new FleetReplay(() -> store(budget), store(sharedBudget), event -> engine, admission);
    }

    private void at(int number, TraceEvent event) {
        engine = number;
        fleet.accept(event);
    }

    /** Looked up, and then saved. */
    private void request(int number, String prompt) {
        at(number, lookup(prompt));
        at(number, save(prompt));
    }

    /**
     * Two engines, three requests. ab is computed by the first and fetched by the second, which computes c; abc is
     * fetched by the first, which has ab, and computes d. So it has computed 3 tokens, and the second 1.
     */
    @Test
    void engineFetchesWhatAnotherHasComputed() {
        request(0, "ab");
        request(1, "abc");
        request(0, "abcd");
        assertThat(fleet.outcome()).isEqualTo(new FleetOutcome(3, 9, 0, 0, 2, 5, 5, 3, 9, 3));
    }

    @Test
    void ofOneLengthTheEnginesOwnIsTaken() {
        request(0, "ab");
        at(0, lookup("abx"));
        assertThat(fleet.outcome()).isEqualTo(new FleetOutcome(2, 5, 1, 2, 0, 0, 0, 1, 2, 3));
    }

    @Test
    void ownSnapshotThatIsLongerThanTheSharedOneIsTaken() {
        fleet = fleet(100, 1, ALL);
        request(0, "a");
        request(0, "ab");
        at(0, lookup("abc"));
        assertThat(fleet.outcome()).isEqualTo(new FleetOutcome(3, 6, 2, 3, 0, 0, 0, 1, 1, 3));
    }

    @Test
    void whatWasFetchedIsTheEnginesOwnFromThenOn() {
        at(0, save("ab"));
        at(1, lookup("abc"));
        at(1, lookup("abd"));
        assertThat(fleet.outcome()).isEqualTo(new FleetOutcome(2, 6, 1, 2, 1, 2, 2, 1, 2, 2));
    }

    /** Of abcd, which engine 1 looks up, ab is stored; with both at one path, abcd must not be taken for stored. */
    @Test
    void copyHasTheTextOfWhatWasFetchedAndNotOfThePrompt() {
        at(0, save("ab"));
        at(1, lookup("abcd"));
        at(1, save("abcd"));
        at(2, lookup("abcd"));
        assertThat(fleet.outcome()).isEqualTo(new FleetOutcome(2, 8, 0, 0, 2, 6, 6, 2, 6, 2));
    }

    @Test
    void copyMakesRoomInTheEnginesCache() {
        fleet = fleet(2, 100, ALL);
        at(0, save("ab"));
        at(1, save("xy"));
        at(1, lookup("ab"));
        at(1, lookup("xy"));
        assertThat(fleet.outcome()).isEqualTo(new FleetOutcome(2, 4, 0, 0, 2, 4, 4, 2, 4, 0));
    }

    @Test
    void snapshotThatDoesNotFitIntoTheEnginesCacheIsFetchedEachTime() {
        fleet = fleet(1, 100, ALL);
        request(0, "ab");
        at(0, lookup("ab"));
        at(0, lookup("ab"));
        assertThat(fleet.outcome()).isEqualTo(new FleetOutcome(3, 6, 0, 0, 2, 4, 4, 1, 2, 2));
    }

    @Test
    void snapshotThatIsSharedIsNotUploadedAgain() {
        at(0, save("ab"));
        at(1, save("ab"));
        at(0, save("ab"));
        assertThat(fleet.outcome()).isEqualTo(new FleetOutcome(0, 0, 0, 0, 0, 0, 0, 1, 2, 0));
    }

    /** Room for ab and cd. ab was saved first, and then hit in the cache of an engine: so cd makes room for ef. */
    @Test
    void hitOfAnEnginesOwnKeepsTheSharedSnapshot() {
        fleet = fleet(100, 4, ALL);
        at(0, save("ab"));
        at(0, save("cd"));
        at(0, lookup("ab"));
        at(0, save("ef"));
        at(1, lookup("cd"));
        at(1, lookup("ab"));
        assertThat(fleet.outcome()).isEqualTo(new FleetOutcome(3, 6, 1, 2, 1, 2, 2, 3, 6, 2));
    }

    @Test
    void whatTheSharedTierHasEvictedIsUploadedWithTheNextSave() {
        fleet = fleet(100, 2, ALL);
        at(0, save("ab"));
        at(0, save("cd"));
        at(0, save("ab"));
        assertThat(fleet.outcome()).isEqualTo(new FleetOutcome(0, 0, 0, 0, 0, 0, 0, 3, 6, 0));
    }

    @Test
    void snapshotOfTooFewTokensIsNotShared() {
        fleet = fleet(100, 100, new Admission(3, false));
        at(0, save("ab"));
        at(0, save("abc"));
        at(0, lookup("ab"));
        at(0, lookup("ab"));
        at(1, lookup("ab"));
        assertThat(fleet.outcome()).isEqualTo(new FleetOutcome(3, 6, 2, 4, 0, 0, 0, 1, 3, 2));
    }

    @Test
    void snapshotOfTooFewTokensIsSharedAtItsSecondHit() {
        fleet = fleet(100, 100, new Admission(3, true));
        at(0, save("ab"));
        at(0, lookup("ab"));
        assertThat(fleet.outcome().uploads()).isZero();
        at(0, lookup("abx"));
        assertThat(fleet.outcome().uploads()).isEqualTo(1);
        at(0, lookup("aby"));
        at(1, lookup("abz"));
        assertThat(fleet.outcome()).isEqualTo(new FleetOutcome(4, 11, 3, 6, 1, 2, 2, 1, 2, 2));
    }

    @Test
    void promptWithoutAWholeUnitIsAMiss() {
        request(0, "");
        assertThat(fleet.outcome()).isEqualTo(new FleetOutcome(1, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    }
}
