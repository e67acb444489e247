package dev.kvc.store.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.spi.HitForwarder.Hits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HitForwarderTest {
    private static final SnapshotId ONE = new SnapshotId(Namespace.DEFAULT, KvcKey.of("one"));
    private static final SnapshotId TWO = new SnapshotId(Namespace.of("alice"), KvcKey.of("two"));

    private final List<Map.Entry<SnapshotId, Hits>> told = new ArrayList<>();
    private final Set<SnapshotId> pending = new HashSet<>();
    private final Deque<Runnable> soon = new ArrayDeque<>();
    private final Deque<Runnable> later = new ArrayDeque<>();
    private Runnable whileTelling = () -> {};
    private final HitForwarder<SnapshotId> hits =
            new HitForwarder<>(pending::contains, this::tell, soon::add, later::add);

    private void tell(Map<SnapshotId, Hits> batch) {
        Runnable hook = whileTelling;
        whileTelling = () -> {};
        hook.run();
        told.addAll(batch.entrySet());
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
        assertThat(told).containsExactlyInAnyOrder(Map.entry(ONE, new Hits(3, 9)), Map.entry(TWO, new Hits(1, 3)));
    }

    @Test
    void hitsAfterABatchMakeTheNext() {
        hits.hit(ONE, 7);
        run(later);
        hits.hit(ONE, 8);
        run(later);
        assertThat(told).containsExactly(Map.entry(ONE, new Hits(1, 7)), Map.entry(ONE, new Hits(1, 8)));
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
    void hitsOfWhatCannotBeToldOfYetWait() {
        pending.add(ONE);
        hits.hit(ONE, 7);
        run(later);
        assertThat(told).isEmpty();
        pending.clear();
        hits.hit(ONE, 8);
        run(later);
        assertThat(told).containsExactly(Map.entry(ONE, new Hits(2, 8)));
    }

    @Test
    void untoldHitsAreThoseSinceTheLastBatch() {
        assertThat(hits.untold(ONE)).isZero();
        hits.hit(ONE, 7);
        hits.hit(ONE, 8);
        assertThat(hits.untold(ONE)).isEqualTo(2);
        hits.flush();
        assertThat(hits.untold(ONE)).isZero();
    }

    @Test
    void noHitIsLostThatComesWhileABatchGoes() {
        hits.hit(ONE, 7);
        whileTelling = () -> hits.hit(ONE, 8);
        hits.flush();
        run(later);
        assertThat(told.stream().mapToLong(each -> each.getValue().count()).sum())
                .isEqualTo(2);
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
        assertThat(told).containsExactly(Map.entry(ONE, new Hits(1, 7)));
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
