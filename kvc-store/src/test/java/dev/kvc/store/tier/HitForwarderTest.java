package dev.kvc.store.tier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.Touch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HitForwarderTest {
    private static final SnapshotId ONE = new SnapshotId(Namespace.DEFAULT, KvcKey.of("one"));
    private static final SnapshotId TWO = new SnapshotId(Namespace.of("alice"), KvcKey.of("two"));

    private final List<Touch> told = new ArrayList<>();
    private final Set<SnapshotId> pending = new HashSet<>();
    private final Deque<Runnable> soon = new ArrayDeque<>();
    private final Deque<Runnable> later = new ArrayDeque<>();
    private Runnable whileTelling = () -> {};
    private final HitForwarder hits = new HitForwarder(pending::contains, this::touch, soon::add, later::add);

    private void touch(Namespace namespace, Collection<Touch> batch) {
        Runnable hook = whileTelling;
        whileTelling = () -> {};
        hook.run();
        told.addAll(batch);
    }

    private static void run(Deque<Runnable> work) {
        while (!work.isEmpty()) {
            work.remove().run();
        }
    }

    @Test
    void hitsOfOneSnapshotAreToldTogetherSomeTimeAfterTheFirst() {
        hits.hit(ONE, 7);
        hits.hit(ONE, 9);
        hits.hit(ONE, 8);
        hits.hit(TWO, 3);
        assertThat(later).hasSize(1);
        assertThat(told).isEmpty();
        run(later);
        assertThat(told).containsExactlyInAnyOrder(new Touch(ONE.key(), 3, 9), new Touch(TWO.key(), 1, 3));
    }

    @Test
    void hitsAfterABatchMakeTheNext() {
        hits.hit(ONE, 7);
        run(later);
        hits.hit(ONE, 8);
        run(later);
        assertThat(told).containsExactly(new Touch(ONE.key(), 1, 7), new Touch(ONE.key(), 1, 8));
    }

    @Test
    void hitsOfManySnapshotsAreToldSoonAndByAnotherThread() {
        for (int i = 0; i < 5000; i++) {
            hits.hit(new SnapshotId(Namespace.DEFAULT, KvcKey.of("text " + i)), 1);
        }
        assertThat(told).isEmpty();
        assertThat(soon).hasSize(1);
        run(soon);
        assertThat(told).hasSize(5000);
    }

    @Test
    void hitsOfWhatTheTierDoesNotHaveYetWait() {
        pending.add(ONE);
        hits.hit(ONE, 7);
        run(later);
        assertThat(told).isEmpty();
        pending.clear();
        hits.hit(ONE, 8);
        run(later);
        assertThat(told).containsExactly(new Touch(ONE.key(), 2, 8));
    }

    @Test
    void noHitIsLostThatComesWhileABatchGoes() {
        hits.hit(ONE, 7);
        whileTelling = () -> hits.hit(ONE, 8);
        hits.flush();
        run(later);
        assertThat(told.stream().mapToLong(Touch::hits).sum()).isEqualTo(2);
    }

    @Test
    void oneBatchGoesAtATime() throws InterruptedException {
        hits.hit(ONE, 7);
        whileTelling = () -> {
            hits.hit(TWO, 8);
            Thread another = new Thread(() -> run(later));
            another.start();
            try {
                another.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        };
        hits.flush();
        assertThat(told).containsExactly(new Touch(ONE.key(), 1, 7));
        hits.flush();
        assertThat(told).hasSize(2);
    }

    @Test
    void closingTellsTheRestAndNothingIsToldAfterwards() {
        hits.hit(ONE, 7);
        hits.close();
        assertThat(told).hasSize(1);
        hits.hit(TWO, 8);
        run(later);
        assertThat(told).hasSize(1);
    }
}
