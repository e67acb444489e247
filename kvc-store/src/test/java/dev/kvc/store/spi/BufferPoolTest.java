package dev.kvc.store.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Memory that is used again, and what there is where it is all lent. */
class BufferPoolTest {
    @Test
    void whatIsGivenBackIsLentAgain() {
        BufferPool pool = new BufferPool(100, 2);
        ByteBuffer first = pool.take(60);
        assertThat(first.isDirect()).isTrue();
        assertThat(first.remaining()).isEqualTo(60);
        pool.give(first.position(30));
        ByteBuffer second = pool.take(100);
        assertThat(second).isSameAs(first);
        assertThat(second.position()).isZero();
        assertThat(second.remaining()).isEqualTo(100);
    }

    @Test
    void whatIsGivenBackTwiceOrIsOfAnotherPoolIsRefused() {
        BufferPool pool = new BufferPool(100, 2);
        ByteBuffer lent = pool.take(1);
        ByteBuffer other = ByteBuffer.allocateDirect(99);
        pool.give(lent);
        assertThatIllegalArgumentException().isThrownBy(() -> pool.give(lent));
        assertThatIllegalArgumentException().isThrownBy(() -> pool.give(other));
        assertThat(pool.idle()).isEqualTo(1);
    }

    @Test
    void negativeSizesAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new BufferPool(-1, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> new BufferPool(100, -1));
    }

    @Test
    void whatIsLentIsNobodyElses() {
        BufferPool pool = new BufferPool(100, 2);
        assertThat(pool.take(1)).isNotSameAs(pool.take(1));
    }

    @Test
    void whoFindsAllLentGetsMemoryOfTheHeapWhichIsNotKept() {
        BufferPool pool = new BufferPool(100, 1);
        ByteBuffer lent = pool.take(1);
        ByteBuffer heap = pool.take(60);
        assertThat(heap.isDirect()).isFalse();
        assertThat(heap.capacity()).isEqualTo(60);
        pool.give(heap);
        assertThat(pool.idle()).isZero();
        pool.give(lent);
        assertThat(pool.take(1)).isSameAs(lent);
    }

    @Test
    void whatIsLongerThanABufferIsOfTheHeap() {
        BufferPool pool = new BufferPool(100, 1);
        assertThat(pool.take(101).isDirect()).isFalse();
        assertThat(pool.take(100).isDirect()).isTrue();
    }

    @Test
    void severalAreLentTogetherOrNone() {
        BufferPool pool = new BufferPool(100, 3);
        ByteBuffer one = pool.take(1);
        assertThat(pool.takeAll(3)).isEmpty();
        assertThat(pool.takeAll(2)).hasSize(2).doesNotContain(one);
        pool.give(one);
        assertThat(pool.takeAll(1)).containsExactly(one);
    }

    @Test
    void poolOfNothingLendsNothing() {
        BufferPool pool = new BufferPool(100, 0);
        assertThat(pool.take(1).isDirect()).isFalse();
        assertThat(pool.takeAll(1)).isEmpty();
    }

    @Test
    void whereThereIsNoDirectMemoryWhatThereIsIsLentAndTheRestIsOfTheHeap() {
        AtomicInteger asked = new AtomicInteger();
        BufferPool pool = new BufferPool(100, 10, bytes -> {
            if (asked.incrementAndGet() > 2) {
                throw new OutOfMemoryError("Cannot reserve 100 bytes of direct buffer memory");
            }
            return ByteBuffer.allocateDirect(bytes);
        });
        assertThat(pool.takeAll(3)).isEmpty();
        assertThat(pool.idle()).isEqualTo(2);
        List<ByteBuffer> both = pool.takeAll(2);
        assertThat(both).hasSize(2);
        assertThat(pool.take(100).isDirect()).isFalse();
        assertThat(asked).as("how often it was asked for memory").hasValue(3);
        both.forEach(pool::give);
        assertThat(pool.take(100).isDirect()).isTrue();
    }

    /** Fails by never ending, should nothing be made in its place. */
    @Test
    void anotherIsMadeInThePlaceOfWhatIsLost() {
        BufferPool pool = new BufferPool(100, 1);
        lose(pool);
        while (!pool.take(100).isDirect()) {
            System.gc();
        }
    }

    private static void lose(BufferPool pool) {
        assertThat(pool.take(100).isDirect()).isTrue();
    }
}
