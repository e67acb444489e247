package dev.kvc.store.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.internal.HeldSnapshot;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What goes wrong under a queue: there is no thread to be had, or it dies. */
class WriteBackQueueTest {
    private final List<KvcKey> written = new CopyOnWriteArrayList<>();
    private final AtomicInteger threads = new AtomicInteger();
    private volatile boolean noThreads;
    private volatile boolean deadly;
    private final WriteBackQueue queue = new WriteBackQueue(10_000, new Target(), this::thread);

    private final class Target implements WriteBackQueue.Target {
        @Override
        public void write(SnapshotId id, SnapshotDraft draft, SaveOptions options) {
            if (deadly) {
                deadly = false;
                throw new StackOverflowError("a tier that recurses too deep");
            }
            written.add(id.key());
        }

        @Override
        public void undo(WriteBackQueue.Pending cancelled) {
            written.remove(cancelled.id().key());
        }
    }

    private Thread thread(Runnable work) {
        if (noThreads) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        threads.incrementAndGet();
        Thread thread = new Thread(work);
        thread.setUncaughtExceptionHandler((dead, error) -> {});
        return thread;
    }

    private long add(String text) throws IOException {
        HeldSnapshot held = HeldSnapshot.of(TierFixtures.draft(text), 0);
        assertThat(queue.reserve(held.bytes())).isTrue();
        queue.add(new SnapshotId(Namespace.DEFAULT, KvcKey.of(text)), held, held.draft(), SaveOptions.DEFAULT);
        return held.bytes();
    }

    @Test
    void nothingIsQueuedIfThereIsNoThreadToWriteIt() throws IOException {
        noThreads = true;
        assertThatThrownBy(() -> add("one")).isInstanceOf(OutOfMemoryError.class);
        assertThat(queue.snapshots()).isZero();
        queue.release(queue.bytes());
        noThreads = false;
        add("two");
        queue.close();
        assertThat(written).containsExactly(KvcKey.of("two"));
        assertThat(queue.bytes()).isZero();
    }

    @Test
    void anotherThreadWritesTheRestIfOneDies() throws IOException {
        deadly = true;
        add("one");
        add("two");
        queue.close();
        assertThat(written).containsExactly(KvcKey.of("two"));
        assertThat(threads).hasValueGreaterThan(1);
        assertThat(queue.bytes()).isZero();
    }

    @Test
    void whatIsWithdrawnCoversTheOlderOneThatTheTierHasUntilThatIsRemoved() throws IOException {
        WriteBackQueue idle = new WriteBackQueue(10_000, new Target(), work -> new Thread(() -> {}));
        SnapshotId id = new SnapshotId(Namespace.DEFAULT, KvcKey.of("one"));
        HeldSnapshot held = HeldSnapshot.of(TierFixtures.draft("one"), 0);
        assertThat(idle.reserve(held.bytes())).isTrue();
        idle.add(id, held, held.draft(), SaveOptions.DEFAULT);
        assertThat(idle.withdraw(id)).isEqualTo(WriteBackQueue.Withdrawal.WAITED);
        assertThat(idle.find(id)).matches(WriteBackQueue.Pending::isCancelled);
        assertThat(idle.bytes()).isZero();
        idle.uncover(id);
        assertThat(idle.find(id)).isNull();
    }

    @Test
    void whatIsReplacedIsStillThereForWhoFoundIt() throws IOException {
        WriteBackQueue idle = new WriteBackQueue(10_000, new Target(), work -> new Thread(() -> {}));
        SnapshotId id = new SnapshotId(Namespace.DEFAULT, KvcKey.of("one"));
        HeldSnapshot held = HeldSnapshot.of(TierFixtures.draft("one"), 0);
        assertThat(idle.reserve(2 * held.bytes())).isTrue();
        idle.add(id, held, held.draft(), SaveOptions.DEFAULT);
        WriteBackQueue.Pending found = idle.find(id);
        idle.add(id, held, held.draft(), SaveOptions.DEFAULT);
        assertThat(found).isNotSameAs(idle.find(id)).matches(pending -> !pending.isCancelled());
        assertThat(idle.bytes()).isEqualTo(held.bytes());
    }

    @Test
    void nothingIsTakenAfterTheClose() throws IOException {
        add("one");
        queue.close();
        assertThat(queue.reserve(1)).isFalse();
        queue.drain();
        assertThat(written).hasSize(1);
    }
}
