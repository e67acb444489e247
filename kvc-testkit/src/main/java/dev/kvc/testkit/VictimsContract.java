package dev.kvc.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.eviction.EvictionContext;
import dev.kvc.eviction.EvictionPolicy;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.eviction.SnapshotMetadata;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.SaveReason;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

/** What an answer of a policy must be, whatever it was told. */
abstract class VictimsContract extends PolicyFixture {
    @Test
    void emptyPolicyNamesNothing() {
        assertThat(drain(policy(), ALL)).isEmpty();
        assertThat(drain(policy(), new EvictionContext(1, 0, PolicyWalk.snapshot(PolicyWalk.id(0)))))
                .isEmpty();
    }

    @Test
    void equalEventsAndContextsGiveEqualVictims() {
        EvictionPolicy one = policy();
        EvictionPolicy two = policy();
        PolicyWalk first = new PolicyWalk(one, seed.random(), 60);
        PolicyWalk second = new PolicyWalk(two, seed.random(), 60);
        for (int i = 0; i < 20; i++) {
            first.steps(50);
            second.steps(50);
            assertThat(drain(one, first.context())).isEqualTo(drain(two, second.context()));
        }
    }

    @Test
    void askingTwiceGivesTheSameVictims() {
        EvictionPolicy policy = policy();
        PolicyWalk walk = new PolicyWalk(policy, seed.random(), 60);
        walk.steps(500);
        walk.storeAll();
        EvictionContext context = walk.context();
        assertThat(drain(policy, context)).isEqualTo(drain(policy, context));
    }

    @Test
    void iteratorThatIsAbandonedChangesNothing() {
        EvictionPolicy policy = policy();
        PolicyWalk walk = new PolicyWalk(policy, seed.random(), 60);
        walk.steps(500);
        walk.storeAll();
        EvictionContext context = walk.context();
        List<SnapshotId> before = drain(policy, context);
        Iterator<SnapshotId> abandoned = policy.victims(context);
        for (int i = 0; i < before.size() / 2; i++) {
            assertThat(abandoned.next()).isEqualTo(before.get(i));
        }
        assertThat(drain(policy, context)).isEqualTo(before);
    }

    @Test
    void hasNextMovesNothingAndTheEndIsAnError() {
        EvictionPolicy policy = with(policy(), 3);
        List<SnapshotId> expected = drain(policy, ALL);
        Iterator<SnapshotId> victims = policy.victims(ALL);
        for (SnapshotId id : expected) {
            assertThat(victims.hasNext()).isTrue();
            assertThat(victims.hasNext()).as("asked again").isTrue();
            assertThat(victims.next()).isEqualTo(id);
        }
        assertThat(victims.hasNext()).isFalse();
        assertThatThrownBy(victims::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void nextNeedsNoHasNext() {
        EvictionPolicy policy = with(policy(), 3);
        List<SnapshotId> expected = drain(policy, ALL);
        Iterator<SnapshotId> victims = policy.victims(ALL);
        for (SnapshotId id : expected) {
            assertThat(victims.next()).isEqualTo(id);
        }
        assertThatThrownBy(victims::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void extremeMetadataIsRanked() {
        EvictionPolicy policy = policy();
        List<SnapshotMetadata> stored = new ArrayList<>();
        for (SnapshotMetadata snapshot : extremes()) {
            policy.inserted(snapshot);
            policy.hit(snapshot);
            stored.add(snapshot);
        }
        for (long now : new long[] {0, NOW, Long.MAX_VALUE}) {
            for (long wanted : new long[] {0, 1, Long.MAX_VALUE}) {
                assertThat(drain(policy, new EvictionContext(wanted, now, stored.get(0))))
                        .doesNotHaveDuplicates();
            }
            assertNames(drain(policy, new EvictionContext(Long.MAX_VALUE, now, null)), stored);
        }
    }

    private static List<SnapshotMetadata> extremes() {
        List<SnapshotMetadata> all = new ArrayList<>();
        for (long tokens : new long[] {0, 1, (1L << 32) - 1}) {
            for (long bytes : new long[] {0, 1, 1L << 62, Long.MAX_VALUE}) {
                for (long hits : new long[] {0, KvcHeader.MAX_HIT_COUNT}) {
                    // Raw unsigned seconds of other writers: the last is 2^64-1.
                    for (long time : new long[] {0, NOW, NOW + 1_000_000_000, Long.MAX_VALUE, -1}) {
                        SnapshotId id = PolicyWalk.id(all.size());
                        all.add(new SnapshotMetadata(
                                id, bytes, tokens, hits, time, time, new SaveReason(255), 255, null));
                    }
                }
            }
        }
        return all;
    }
}
