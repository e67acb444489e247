package dev.kvc.store.tier;

import static dev.kvc.store.tier.TierFixtures.draft;
import static dev.kvc.store.tier.TierFixtures.fill;
import static dev.kvc.store.tier.TierFixtures.has;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.SaveResult.Outcome;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What overlapping changes of one key leave in the tiers: one snapshot, or none, and not one in each. */
class OverlapTest {
    private static final KvcKey KEY = KvcKey.of("one");

    private final HookedStore fast = new HookedStore();
    private final HookedStore slow = new HookedStore();

    private TieredKvStore stack(WriteMode fastMode, WriteMode slowMode) {
        return TieredKvStore.builder()
                .tier(Tier.of(fast).writeMode(fastMode).promotion(Promotion.onFirstHit()))
                .tier(Tier.of(slow).writeMode(slowMode))
                .build();
    }

    @ParameterizedTest
    @EnumSource(names = {"WRITE_THROUGH", "WRITE_BACK"})
    void twoSavesAtOnceDoNotLeaveOneSnapshotInMemoryAndTheOtherBehindIt(WriteMode mode) throws IOException {
        try (TieredKvStore store = stack(mode, WriteMode.WRITE_THROUGH)) {
            slow.beforeNextSave(() -> store.save(draft("one", 10, 2)));
            store.save(draft("one", 10, 1));
            store.flush();
            int behind = fill(slow, "one");
            assertThat(behind).isPositive();
            assertThat(fill(fast, "one")).isIn(-1, behind);
            assertThat(fill(store, "one")).isEqualTo(behind);
        }
    }

    @Test
    void removalDuringASaveLeavesNothingInMemoryThatIsNotBehindIt() throws IOException {
        try (TieredKvStore store = stack(WriteMode.WRITE_THROUGH, WriteMode.WRITE_THROUGH)) {
            slow.beforeNextSave(() -> store.remove(KEY));
            store.save(draft("one", 10, 1));
            assertThat(fill(fast, "one")).isIn(-1, fill(slow, "one"));
        }
    }

    @Test
    void savesOneAfterTheOtherStayInEveryTier() throws IOException {
        try (TieredKvStore store = stack(WriteMode.WRITE_THROUGH, WriteMode.WRITE_THROUGH)) {
            store.save(draft("one", 10, 1));
            slow.beforeNextSave(() -> store.save(draft("another", 10, 3)));
            store.save(draft("one", 10, 2));
            assertThat(fill(fast, "one")).isEqualTo(2);
            assertThat(fill(slow, "one")).isEqualTo(2);
            assertThat(has(fast, "another")).isTrue();
        }
    }

    @Test
    void promotionDoesNotTakeThePlaceOfASnapshotThatWaitsToBeWritten() throws IOException {
        try (TieredKvStore store = stack(WriteMode.WRITE_BACK, WriteMode.READ_ONLY)) {
            slow.save(draft("one", 10, 1));
            slow.meddleWithNextLoad(() -> store.save(draft("one", 10, 2)));
            store.load(KEY, LoadOptions.DEFAULT).orElseThrow().close();
            assertThat(fill(store, "one")).isEqualTo(2);
            store.flush();
            assertThat(fill(fast, "one")).isEqualTo(2);
        }
    }

    @Test
    void copyOfWhatIsRemovedWhileItIsCopiedIsNeverSeen() throws IOException {
        try (TieredKvStore store = stack(WriteMode.WRITE_THROUGH, WriteMode.WRITE_THROUGH)) {
            slow.save(draft("one", 10, 1));
            slow.meddleWithNextLoad(() -> store.remove(KEY));
            store.load(KEY, LoadOptions.DEFAULT).orElseThrow().close();
            assertThat(fast.stats().saves()).as("not even for a moment").doesNotContainKey(Outcome.STORED);
            assertThat(has(store, "one")).isFalse();
        }
    }
}
