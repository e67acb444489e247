package dev.kvc.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.Capability;
import dev.kvc.store.KvStore;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The budget: what may be evicted for a save, and what never is. Whatever the policy, these hold. */
abstract class BudgetContract extends RejectContract {
    private static final int BUDGET = MIB;

    /** A snapshot whose payload takes {@code percent} of the budget. */
    private static SeededPayload share(String text, int percent) {
        return new SeededPayload(text.hashCode(), BUDGET / 100L * percent);
    }

    private SaveResult save(String text, int percent) throws Exception {
        return store().save(draft(text, share(text, percent)).build());
    }

    private SaveResult saveProtecting(String prompt, String text, int percent) throws Exception {
        SaveOptions options = SaveOptions.DEFAULT.protect(PrefixQuery.of(prompt));
        SnapshotDraft draft = draft(text, share(text, percent)).build();
        return store().save(draft.textKey(), draft, options);
    }

    private static void assertServed(KvStore view, String text, int percent) throws Exception {
        assertServed(view, KvcKey.of(text), text, share(text, percent));
    }

    private void assertRefused(SaveResult result, Outcome outcome) {
        assertThat(result.outcome()).isEqualTo(outcome);
        assertThat(result.evicted()).isZero();
        assertThat(events.evicted).isEmpty();
    }

    private void assertWithinBudget() throws Exception {
        assertThat(store().stats().bytes()).isBetween(0L, (long) BUDGET);
    }

    @Test
    void statsSayTheBudget() throws Exception {
        useBudget(BUDGET);
        assertThat(store().stats().budgetBytes()).isEqualTo(BUDGET);
    }

    @Test
    void u16SnapshotLargerThanTheBudgetIsRefusedAndEvictsNothing() throws Exception {
        useBudget(BUDGET);
        save("small", 30);
        save("small too", 30);
        AtomicBoolean asked = new AtomicBoolean();
        SnapshotDraft huge = SnapshotDraft.builder()
                .text("huge")
                .payload(PayloadSource.of(2L * BUDGET, out -> asked.set(true)))
                .build();
        assertRefused(store().save(huge), Outcome.TOO_LARGE);
        assertThat(asked).as("whether the payload was asked for").isFalse();
        assertNotServed(store(), "huge");
        assertServed(store(), "small", 30);
        assertServed(store(), "small too", 30);
    }

    @Test
    void u16RefusalOfALargerReplacementLeavesTheOldSnapshot() throws Exception {
        useBudget(BUDGET);
        save("text", 30);
        SeededPayload huge = new SeededPayload(1, 2L * BUDGET);
        assertRefused(store().save(draft("text", huge).build()), Outcome.TOO_LARGE);
        assertServed(store(), "text", 30);
    }

    @Test
    void u1IncomingSnapshotIsNeverItsOwnVictim() throws Exception {
        useBudget(BUDGET);
        Random random = seed.random();
        for (int i = 0; i < 60; i++) {
            String text = "text " + i;
            int percent = 1 + random.nextInt(45);
            long tokens = random.nextBoolean() ? 1 : 100_000;
            assertWritten(store().save(draft(text, share(text, percent), header -> header.tokenCount(tokens))
                    .build()));
            assertServed(store(), text, percent);
            if (random.nextBoolean()) {
                hit(text);
            }
            assertWithinBudget();
        }
        assertThat(store().stats().evictions()).isPositive();
    }

    @Test
    void u1FullStoreTakesASnapshotThatFillsIt() throws Exception {
        useBudget(BUDGET);
        for (int i = 0; i < 9; i++) {
            save("text " + i, 10);
        }
        assertWritten(save("large", 90));
        assertServed(store(), "large", 90);
        assertWithinBudget();
    }

    @Test
    void u1LargerReplacementInAFullStoreIsServed() throws Exception {
        useBudget(BUDGET);
        save("text", 10);
        for (int i = 0; i < 8; i++) {
            save("other " + i, 10);
        }
        SeededPayload larger = new SeededPayload(1, BUDGET / 2);
        SaveResult result = store().save(draft("text", larger).build());
        assertThat(result.isLoadable()).isTrue();
        assertServed(store(), KvcKey.of("text"), "text", larger);
        assertWithinBudget();
    }

    @Test
    void u6SaveDoesNotEvictWhatTheComingPromptNeeds() throws Exception {
        useBudget(BUDGET);
        store().save(draft("needed", share("needed", 30), header -> header.tokenCount(1))
                .build());
        for (int i = 0; i < 20; i++) {
            String text = "session " + i;
            assertThat(saveProtecting("needed soon", text, 30).isLoadable()).isTrue();
            hit(text);
            assertServed(store(), "needed", 30);
        }
        assertWithinBudget();
    }

    @Test
    void u6SaveIsRefusedWhereOnlyTheProtectedCouldGo() throws Exception {
        useBudget(BUDGET);
        save("needed", 40);
        save("other", 20);
        assertRefused(saveProtecting("needed soon", "large", 80), Outcome.NO_ROOM);
        assertNotServed(store(), "large");
        assertServed(store(), "needed", 40);
        assertServed(store(), "other", 20);
    }

    @Test
    void ancestorOfTheProtectedMayGo() throws Exception {
        useBudget(BUDGET);
        save("needed", 40);
        save("needed soon", 40);
        assertWritten(saveProtecting("needed soon, and more", "other", 40));
        assertServed(store(), "needed soon", 40);
        assertNotServed(store(), "needed");
    }

    @Test
    void refusedSnapshotOfAnotherModelIsNotProtected() throws Exception {
        useBudget(BUDGET);
        save("needed", 60);
        PrefixQuery query = PrefixQuery.builder(utf8("needed soon")).modelId(9).build();
        SnapshotDraft draft = draft("large", share("large", 80)).build();
        assertWritten(store().save(draft.textKey(), draft, SaveOptions.DEFAULT.protect(query)));
        assertNotServed(store(), "needed");
    }

    @Test
    void evictionIsCountedAndTold() throws Exception {
        useBudget(BUDGET);
        save("old", 60);
        SaveResult result = save("new", 60);
        assertThat(result.evicted()).isEqualTo(1);
        assertNotServed(store(), "old");
        assertThat(store().stats().evictions()).isEqualTo(1);
        assertThat(store().stats().bytesEvicted()).isGreaterThanOrEqualTo(BUDGET / 100 * 60);
        assertThat(events.evicted).containsExactly(store().id(KvcKey.of("old")));
    }

    @Test
    void openSnapshotOutlivesItsEviction() throws Exception {
        assumeSnapshotsOutliveTheirRemoval();
        useBudget(BUDGET);
        save("old", 60);
        try (Snapshot old = load("old")) {
            save("new", 60);
            assertNotServed(store(), "old");
            assertIs(old, "old", share("old", 60));
        }
    }

    @Test
    void evictedSnapshotMayBeSavedAgain() throws Exception {
        useBudget(BUDGET);
        save("one", 60);
        save("two", 60);
        assertWritten(save("one", 60));
        assertServed(store(), "one", 60);
        assertNotServed(store(), "two");
    }

    @Test
    void removalMakesRoom() throws Exception {
        useBudget(BUDGET);
        save("one", 60);
        store().remove(KvcKey.of("one"));
        assertThat(save("two", 60).evicted()).isZero();
    }

    @Test
    void evictToBudgetRemovesNothingFromAStoreWithinIts() throws Exception {
        useBudget(BUDGET);
        save("one", 30);
        assertThat(store().evictToBudget()).isZero();
        assertServed(store(), "one", 30);
    }

    @Test
    void evictToBudgetShrinksAStoreThatIsOpenedAgainWithLess() throws Exception {
        useBudget(2 * BUDGET);
        assumeCapable(Capability.DURABLE);
        for (int i = 0; i < 4; i++) {
            save("text " + i, 40);
        }
        close();
        useBudget(BUDGET);
        int evicted = store().evictToBudget();
        assertWithinBudget();
        assertThat(list(store())).hasSize(2);
        assertThat(evicted).isLessThanOrEqualTo(2);
        assertThat(store().evictToBudget()).isZero();
    }

    @Test
    void rejectedSnapshotMakesRoomBeforeAllOthers() throws Exception {
        useBudget(BUDGET);
        save("bad", 40);
        save("good", 40);
        hit("bad");
        try (Snapshot bad = load("bad")) {
            bad.reject();
        }
        assertWritten(save("new", 40));
        assertServed(store(), "good", 40);
        assertServed(store(), "new", 40);
    }

    @Test
    void namespacesShareTheBudget() throws Exception {
        useBudget(BUDGET);
        assumeCapable(Capability.NAMESPACES);
        KvStore alice = store().in(Namespace.of("alice"));
        alice.save(draft("old", share("old", 60)).build());
        assertWritten(save("new", 60));
        assertNotServed(alice, "old");
        assertWithinBudget();
    }

    @Test
    void protectedSnapshotIsThatOfTheNamespace() throws Exception {
        useBudget(BUDGET);
        assumeCapable(Capability.NAMESPACES);
        KvStore alice = store().in(Namespace.of("alice"));
        alice.save(draft("needed", share("needed", 40)).build());
        save("needed", 40);
        assertWritten(saveProtecting("needed", "new", 40));
        assertServed(store(), "needed", 40);
        assertNotServed(alice, "needed");
    }
}
