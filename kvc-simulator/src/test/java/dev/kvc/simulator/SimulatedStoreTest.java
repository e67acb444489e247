package dev.kvc.simulator;

import static dev.kvc.simulator.Texts.lookup;
import static dev.kvc.simulator.Texts.save;
import static dev.kvc.simulator.Texts.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.eviction.EvictionContext;
import dev.kvc.eviction.EvictionPolicy;
import dev.kvc.eviction.LruPolicy;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.eviction.SnapshotMetadata;
import dev.kvc.format.SaveReason;
import dev.kvc.simulator.trace.Lookup;
import dev.kvc.simulator.trace.Save;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The protocol, by small examples worked by hand. A unit is one letter, one token and one byte. */
class SimulatedStoreTest {
    private static final SizeModel BYTES = SizeModel.linear("bytes", 0, 1);
    private static final List<String> NAMES = List.of("a", "ab", "abc", "abcd", "abx", "b", "bb", "bbb", "c", "xyzzy");

    /** LRU, which writes down what it is told. */
    private static class Listener implements EvictionPolicy {
        private final EvictionPolicy policy = new LruPolicy();
        private final Map<SnapshotId, String> names = new TreeMap<>();
        private final List<String> told = new ArrayList<>();
        private final List<SnapshotMetadata> seen = new ArrayList<>();
        private final List<EvictionContext> asked = new ArrayList<>();

        Listener() {
            NAMES.forEach(name -> names.put(text(name).snapshot(), name));
        }

        private String name(@Nullable SnapshotId id) {
            return id == null ? "nothing" : names.getOrDefault(id, "?");
        }

        @Override
        public void inserted(SnapshotMetadata snapshot) {
            seen.add(snapshot);
            told.add("inserted " + name(snapshot.id()) + " on " + name(snapshot.ancestor()));
            policy.inserted(snapshot);
        }

        @Override
        public void hit(SnapshotMetadata snapshot) {
            seen.add(snapshot);
            told.add("hit " + name(snapshot.id()) + " on " + name(snapshot.ancestor()));
            policy.hit(snapshot);
        }

        @Override
        public void removed(SnapshotId id) {
            told.add("removed " + name(id));
            policy.removed(id);
        }

        @Override
        public void relinked(SnapshotId id, @Nullable SnapshotId ancestor) {
            told.add("relinked " + name(id) + " to " + name(ancestor));
        }

        @Override
        public Iterator<SnapshotId> victims(EvictionContext context) {
            asked.add(context);
            return policy.victims(context);
        }
    }

    private final Listener policy = new Listener();

    private SimulatedStore store(long budget) {
        return new SimulatedStore(policy, budget, BYTES);
    }

    @Test
    void hitIsTheDeepestWholeSnapshotOnThePath() {
        SimulatedStore store = store(100);
        store.accept(save("ab"));
        store.accept(save("abcd"));
        store.accept(lookup("abcdefgh"));
        store.accept(lookup("abcx"));
        store.accept(lookup("a"));
        store.accept(lookup("x"));
        assertThat(policy.told)
                .containsExactly(
                        "inserted ab on nothing", "inserted abcd on ab", "hit abcd on ab", "hit ab on nothing");
        assertThat(store.tally().outcome()).isEqualTo(new Outcome(4, 2, 8 + 4 + 1 + 1, 4 + 2, 2, 0, 6, 0));
    }

    @Test
    void savingAgainChangesNothingAndAnEmptyTextIsNeverStored() {
        SimulatedStore store = store(100);
        store.accept(save("ab"));
        store.accept(save("ab"));
        store.accept(save(""));
        store.accept(lookup(""));
        assertThat(policy.told).containsExactly("inserted ab on nothing");
        assertThat(store.tally().outcome()).isEqualTo(new Outcome(1, 0, 0, 0, 1, 0, 2, 0));
    }

    /** Five bytes hold a and ab and b (1 + 2 + 1); bbb needs two more: a and ab go, b is no older. */
    @Test
    void roomIsMadeBeforeTheSaveAndNoMoreThanNeeded() {
        SimulatedStore store = store(5);
        store.accept(save("a"));
        store.accept(save("ab"));
        store.accept(save("b"));
        policy.told.clear();
        store.accept(save("bbb"));
        assertThat(policy.told)
                .containsExactly("removed a", "relinked ab to nothing", "removed ab", "inserted bbb on b");
        assertThat(policy.asked).hasSize(1);
        assertThat(policy.asked.get(0).bytesWanted()).isEqualTo(2);
        assertThat(store.usedBytes()).isEqualTo(4);
        assertThat(store.tally().outcome()).isEqualTo(new Outcome(0, 0, 0, 0, 4, 0, 7, 2));
    }

    @Test
    void incomingSnapshotIsToldWithItsNearestStoredAncestorWhichMayBeItsVictim() {
        SimulatedStore store = store(3);
        store.accept(save("a"));
        store.accept(save("ab"));
        policy.told.clear();
        store.accept(save("abc"));
        SnapshotMetadata incoming = policy.asked.get(0).incoming().orElseThrow();
        assertThat(incoming.id()).isEqualTo(text("abc").snapshot());
        assertThat(incoming.ancestor()).isEqualTo(text("ab").snapshot());
        assertThat(policy.told)
                .containsExactly("removed a", "relinked ab to nothing", "removed ab", "inserted abc on nothing");
    }

    @Test
    void ancestorThatIsStoredLateTakesItsDescendantsAndGivesThemBack() {
        SimulatedStore store = store(100);
        store.accept(save("abcd"));
        store.accept(save("abx"));
        store.accept(save("b"));
        policy.told.clear();
        store.accept(save("ab"));
        assertThat(policy.told.subList(0, 1)).containsExactly("inserted ab on nothing");
        assertThat(policy.told.subList(1, 3)).containsExactlyInAnyOrder("relinked abcd to ab", "relinked abx to ab");
        policy.told.clear();
        store.accept(save("abc"));
        assertThat(policy.told).containsExactly("inserted abc on ab", "relinked abcd to abc");
    }

    @Test
    void snapshotLargerThanTheBudgetIsRefusedAndEvictsNothing() {
        SimulatedStore store = store(4);
        store.accept(save("ab"));
        store.accept(save("xyzzy"));
        assertThat(policy.asked).isEmpty();
        assertThat(store.tally().outcome()).isEqualTo(new Outcome(0, 0, 0, 0, 1, 1, 2, 0));
    }

    /**
     * A policy that names strangers, one victim twice, and not enough: nothing is evicted for what cannot be stored.
     */
    @Test
    void planThatDoesNotSufficeEvictsNothing() {
        SnapshotId stored = text("ab").snapshot();
        List<SnapshotId> named = List.of(text("c").snapshot(), stored, stored);
        SimulatedStore store = new SimulatedStore(
                new Listener() {
                    @Override
                    public Iterator<SnapshotId> victims(EvictionContext context) {
                        return named.iterator();
                    }
                },
                4,
                BYTES);
        store.accept(save("ab"));
        store.accept(save("bb"));
        store.accept(save("abc"));
        assertThat(store.usedBytes()).isEqualTo(4);
        assertThat(store.tally().outcome()).isEqualTo(new Outcome(0, 0, 0, 0, 2, 1, 4, 0));
    }

    @Test
    void policySeesTheMetadataThatAStoreWouldHave() {
        SimulatedStore store = new SimulatedStore(policy, 1000, SizeModel.linear("sizes", 100, 10));
        store.accept(new Save(5_000, text("ab"), 7, 0, SaveReason.COLD, 3));
        store.accept(new Lookup(9_999, text("abc"), 9));
        long epoch = SimulatedStore.EPOCH_UNIX;
        SnapshotId id = text("ab").snapshot();
        assertThat(policy.seen)
                .containsExactly(
                        new SnapshotMetadata(id, 170, 7, 0, epoch + 5, epoch + 5, SaveReason.COLD, 3, null),
                        new SnapshotMetadata(id, 170, 7, 1, epoch + 5, epoch + 9, SaveReason.COLD, 3, null));
    }
}
