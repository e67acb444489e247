package dev.kvc.store.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each block is worked on once, by whoever has time, and nobody is left at it. */
class BlockWorkersTest {
    @ParameterizedTest
    @CsvSource({"0, 4", "1, 4", "7, 4", "8, 1", "8, 2", "8, 4", "1000, 4", "1000, 64"})
    void each_block_is_worked_on_once(int blocks, int threads) throws IOException {
        AtomicIntegerArray done = new AtomicIntegerArray(blocks);
        try (BlockWorkers workers = new BlockWorkers(threads)) {
            workers.forEach(blocks, done::incrementAndGet);
        }
        for (int block = 0; block < blocks; block++) {
            assertThat(done.get(block)).as("block %d", block).isEqualTo(1);
        }
    }

    @Test
    void as_many_threads_take_part_as_there_may_be() throws IOException {
        Set<Thread> seen = ConcurrentHashMap.newKeySet();
        CyclicBarrier together = new CyclicBarrier(3);
        try (BlockWorkers workers = new BlockWorkers(3)) {
            workers.forEach(12, block -> {
                if (seen.add(Thread.currentThread())) {
                    meet(together);
                }
            });
        }
        assertThat(seen).hasSize(3).contains(Thread.currentThread());
        seen.remove(Thread.currentThread());
        assertThat(seen).allMatch(Thread::isDaemon);
    }

    private static void meet(CyclicBarrier barrier) throws IOException {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    @Test
    void few_blocks_are_left_to_the_caller() throws IOException {
        Set<Thread> seen = ConcurrentHashMap.newKeySet();
        try (BlockWorkers workers = new BlockWorkers(4)) {
            workers.forEach(7, block -> seen.add(Thread.currentThread()));
        }
        assertThat(seen).containsExactly(Thread.currentThread());
    }

    @Test
    void after_the_close_the_caller_works_alone() throws IOException {
        Set<Thread> seen = ConcurrentHashMap.newKeySet();
        BlockWorkers workers = new BlockWorkers(4);
        workers.close();
        workers.forEach(100, block -> seen.add(Thread.currentThread()));
        assertThat(seen).containsExactly(Thread.currentThread());
    }

    @Test
    void a_load_goes_on_alone_while_the_helpers_are_busy_with_another() throws IOException {
        try (BlockWorkers workers = new BlockWorkers(2)) {
            CyclicBarrier busy = new CyclicBarrier(2);
            AtomicInteger first = new AtomicInteger();
            workers.forEach(8, block -> {
                if (first.getAndIncrement() >= 2) {
                    return;
                }
                meet(busy); // caller and helper are here at once
                AtomicInteger alone = new AtomicInteger();
                Thread me = Thread.currentThread();
                workers.forEach(100, other -> alone.addAndGet(Thread.currentThread() == me ? 1 : 1_000));
                assertThat(alone).hasValue(100);
                meet(busy);
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"3, 1", "100, 1", "100, 4"})
    void the_first_failure_is_thrown_when_nobody_is_at_it_any_more(int blocks, int threads) {
        AtomicInteger at = new AtomicInteger();
        try (BlockWorkers workers = new BlockWorkers(threads)) {
            assertThatThrownBy(() -> workers.forEach(blocks, block -> {
                        at.incrementAndGet();
                        try {
                            if (block >= 2) {
                                throw new IOException("block is damaged");
                            }
                        } finally {
                            at.decrementAndGet();
                        }
                    }))
                    .isInstanceOf(IOException.class)
                    .hasMessage("block is damaged");
            assertThat(at).hasValue(0);
            assertThatThrownBy(() -> workers.forEach(blocks, block -> {
                        throw new IllegalStateException("a bug");
                    }))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> workers.forEach(blocks, block -> {
                        throw new AssertionError("worse");
                    }))
                    .isInstanceOf(AssertionError.class);
        }
    }
}
