package dev.kvc.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.kvc.eviction.EvictionPolicy;
import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.eviction.SnapshotMetadata;
import dev.kvc.format.SaveReason;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * What every {@link EvictionPolicy} must do, as tests. Who writes a policy adds one class that extends this one:
 *
 * <pre>{@code
 * class MyPolicyTest extends EvictionPolicyContract {
 *     protected EvictionPolicyFactory factory() {
 *         return new MyPolicyFactory();
 *     }
 * }
 * }</pre>
 *
 * <p>The tests say nothing of the order, which is the policy's own affair, but that it is the same each time. Policies
 * that never give some snapshots up override {@link #mayLeaveOut}. A failure prints the seed of its random numbers;
 * {@code -Dkvc.seed=} runs it again with the same.
 */
public abstract class EvictionPolicyContract extends VictimsContract {
    /** For subclasses. */
    protected EvictionPolicyContract() {}

    @Test
    void everyStoredSnapshotIsNamedOnceAfterAnyEvents() {
        EvictionPolicy policy = policy();
        PolicyWalk walk = new PolicyWalk(policy, seed.random(), 40);
        for (int i = 0; i < 100; i++) {
            walk.steps(20);
            assertNames(drain(policy, walk.context()), walk.stored());
        }
    }

    @Test
    void everyOneOfTenThousandSnapshotsIsNamedOnceAfterAnyEvents() {
        EvictionPolicy policy = policy();
        PolicyWalk walk = new PolicyWalk(policy, seed.random(), 10_000);
        walk.storeAll();
        assertNames(drain(policy, walk.context()), walk.stored());
        walk.steps(1_000);
        assertNames(drain(policy, walk.context()), walk.stored());
    }

    /** Removals are left out: one that follows a request may be taken for the victim that it named. */
    @Test
    void policyThatWasAskedTakesLaterEventsAsOneThatWasNot() {
        EvictionPolicy asked = with(policy(), 30);
        EvictionPolicy quiet = with(policy(), 30);
        Random random = seed.random();
        for (int i = 0; i < 100; i++) {
            drain(asked, ALL);
            SnapshotMetadata snapshot = randomSnapshot(random);
            boolean hit = random.nextBoolean();
            for (EvictionPolicy policy : List.of(asked, quiet)) {
                if (hit) {
                    policy.hit(snapshot);
                } else {
                    policy.inserted(snapshot);
                }
            }
        }
        assertThat(drain(asked, ALL)).isEqualTo(drain(quiet, ALL));
    }

    private static SnapshotMetadata randomSnapshot(Random random) {
        return new SnapshotMetadata(
                PolicyWalk.id(random.nextInt(40)),
                random.nextInt(1 << 20),
                random.nextInt(10_000),
                random.nextInt(10),
                NOW,
                NOW + random.nextInt(1000),
                SaveReason.CONTINUED,
                0,
                null);
    }

    @Test
    void eventsForAnUnknownSnapshotAreIgnored() {
        assertIgnored(with(policy(), 3), PolicyWalk.id(7));
        assertIgnored(policy(), PolicyWalk.id(7));
    }

    @Test
    void eventsForARemovedSnapshotAreIgnored() {
        EvictionPolicy policy = with(policy(), 3);
        policy.removed(PolicyWalk.id(1));
        assertIgnored(policy, PolicyWalk.id(1));
        assertNames(policy, 0, 2);
    }

    /** Every event but the one that stores it, for a snapshot that the policy does not have. */
    private static void assertIgnored(EvictionPolicy policy, SnapshotId id) {
        List<Consumer<EvictionPolicy>> events = List.of(
                told -> told.hit(PolicyWalk.snapshot(id)),
                told -> told.relinked(id, PolicyWalk.id(0)),
                told -> told.relinked(id, null),
                told -> told.removed(id));
        List<SnapshotId> before = drain(policy, ALL);
        for (Consumer<EvictionPolicy> event : events) {
            event.accept(policy);
            assertThat(drain(policy, ALL)).isEqualTo(before);
        }
    }

    @Test
    void insertOfAStoredSnapshotReplacesIt() {
        EvictionPolicy policy = with(policy(), 3);
        policy.inserted(randomSnapshot(seed.random()));
        with(policy, 3);
        SnapshotId replaced = PolicyWalk.id(1);
        assertThat(drain(policy, ALL)).doesNotHaveDuplicates();
        policy.removed(replaced);
        assertThat(drain(policy, ALL)).as("one removal ends both").doesNotContain(replaced);
    }

    @Test
    void removedSnapshotThatIsStoredAgainIsNamedAgain() {
        EvictionPolicy policy = with(policy(), 3);
        for (int i = 0; i < 5; i++) {
            policy.removed(PolicyWalk.id(1));
            assertNames(policy, 0, 2);
            policy.inserted(PolicyWalk.snapshot(PolicyWalk.id(1)));
            assertNames(policy, 0, 1, 2);
        }
    }

    @Test
    void oneKeyInTwoNamespacesIsTwoSnapshots() {
        EvictionPolicy policy = policy();
        SnapshotId one = PolicyWalk.id(0);
        SnapshotId other = new SnapshotId(PolicyWalk.id(1).namespace(), one.key());
        policy.inserted(PolicyWalk.snapshot(one));
        policy.inserted(PolicyWalk.snapshot(other));
        assertNames(drain(policy, ALL), List.of(PolicyWalk.snapshot(one), PolicyWalk.snapshot(other)));
        policy.removed(one);
        assertNames(drain(policy, ALL), List.of(PolicyWalk.snapshot(other)));
    }

    @Test
    void ancestorsMayBeUnknownGoneOrGoRoundInACircle() {
        EvictionPolicy policy = with(policy(), 4);
        assertThatCode(() -> {
                    policy.relinked(PolicyWalk.id(0), PolicyWalk.id(1));
                    policy.relinked(PolicyWalk.id(1), PolicyWalk.id(0));
                    policy.relinked(PolicyWalk.id(2), PolicyWalk.id(99));
                    policy.relinked(PolicyWalk.id(3), PolicyWalk.id(3));
                    policy.removed(PolicyWalk.id(1));
                })
                .doesNotThrowAnyException();
        assertNames(policy, 0, 2, 3);
    }

    @Test
    void instancesOfAFactoryAreIndependent() {
        EvictionPolicyFactory factory = factory();
        EvictionPolicy one = with(factory.create(), 3);
        EvictionPolicy other = factory.create();
        assertThat(drain(other, ALL)).isEmpty();
        other.inserted(PolicyWalk.snapshot(PolicyWalk.id(5)));
        other.removed(PolicyWalk.id(0));
        assertNames(one, 0, 1, 2);
        assertNames(other, 5);
    }

    @Test
    void nameIsOneThatSettingsCanSay() {
        assertThat(factory().name())
                .matches("[a-z0-9][a-z0-9-]*")
                .isEqualTo(factory().name());
    }
}
