package dev.kvc.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.store.Capability;
import dev.kvc.store.Pin;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Pins: they keep a snapshot from eviction, and from nothing else. */
abstract class PinContract extends BudgetContract {
    private static final int BUDGET = MIB;
    private static final KvcKey KEY = KvcKey.of("pinned");

    private void usePins() throws Exception {
        useBudget(BUDGET);
        assumeCapable(Capability.PINS);
        save("pinned", 30);
    }

    private static SeededPayload share(String text, int percent) {
        return new SeededPayload(text.hashCode(), BUDGET / 100L * percent);
    }

    private Outcome save(String text, int percent) throws Exception {
        return store().save(draft(text, share(text, percent)).build()).outcome();
    }

    private void assertPinnedIsServed() throws Exception {
        assertServed(store(), KEY, "pinned", share("pinned", 30));
    }

    @Test
    void pinnedSnapshotIsNoVictim() throws Exception {
        usePins();
        try (Pin pin = store().pin(KEY, null)) {
            assertThat(pin).isNotNull();
            for (int i = 0; i < 10; i++) {
                save("other " + i, 30);
                hit("other " + i);
            }
            assertPinnedIsServed();
        }
    }

    @Test
    void saveIsRefusedWhereOnlyThePinnedCouldGo() throws Exception {
        usePins();
        try (Pin pin = store().pin(KEY, null)) {
            assertThat(pin).isNotNull();
            assertThat(save("large", 80)).isEqualTo(Outcome.NO_ROOM);
            assertPinnedIsServed();
            assertThat(events.evicted).isEmpty();
        }
    }

    @Test
    void closedPinHoldsNothing() throws Exception {
        usePins();
        Pin pin = store().pin(KEY, null);
        pin.close();
        pin.close();
        assertThat(save("large", 80)).isEqualTo(Outcome.STORED);
        assertNotServed(store(), "pinned");
    }

    @Test
    void snapshotStaysPinnedUntilItsLastPinIsClosed() throws Exception {
        usePins();
        try (Pin last = store().pin(KEY, null)) {
            assertThat(last).isNotNull();
            Pin first = store().pin(KEY, null);
            first.close();
            first.close();
            assertThat(save("large", 80)).isEqualTo(Outcome.NO_ROOM);
        }
        assertThat(save("large", 80)).isEqualTo(Outcome.STORED);
    }

    @Test
    void u29PinEndsAtItsDeadline() throws Exception {
        usePins();
        try (Pin pin = store().pin(KEY, Duration.ofMinutes(1))) {
            assertThat(pin).isNotNull();
            clock.advance(Duration.ofSeconds(59));
            assertThat(save("large", 80)).isEqualTo(Outcome.NO_ROOM);
            clock.advance(Duration.ofSeconds(2));
            assertThat(save("large", 80)).isEqualTo(Outcome.STORED);
        }
        assertNotServed(store(), "pinned");
    }

    @Test
    void pinHoldsWhatIsSavedLater() throws Exception {
        usePins();
        store().remove(KEY);
        try (Pin pin = store().pin(KEY, null)) {
            assertThat(pin).isNotNull();
            save("pinned", 30);
            assertThat(save("large", 80)).isEqualTo(Outcome.NO_ROOM);
            assertPinnedIsServed();
        }
    }

    @Test
    void pinDoesNotHinderReplacementRejectAndRemoval() throws Exception {
        usePins();
        try (Pin pin = store().pin(KEY, null)) {
            assertThat(pin).isNotNull();
            assertThat(save("pinned", 30)).isEqualTo(Outcome.REPLACED);
            try (Snapshot snapshot = load("pinned")) {
                snapshot.reject();
            }
            assertNotServed(store(), "pinned");
            assertThat(save("pinned", 30)).isEqualTo(Outcome.STORED);
            assertThat(store().remove(KEY)).isTrue();
        }
        assertNotServed(store(), "pinned");
    }

    @Test
    void pinOfNothingIsHarmless() throws Exception {
        KvcKey absent = KvcKey.of("absent");
        store().pin(absent, null).close();
        store().pin(absent, Duration.ZERO).close();
        assertNotServed(store(), "absent");
    }
}
