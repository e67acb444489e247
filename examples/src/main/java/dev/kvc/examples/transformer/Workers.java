package dev.kvc.examples.transformer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that share the tokens of a block. */
final class Workers implements AutoCloseable {
    private final int count;
    private final ExecutorService threads;

    Workers(int count) {
        this.count = count;
        this.threads = Executors.newFixedThreadPool(count, Workers::daemon);
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "transformer");
        thread.setDaemon(true);
        return thread;
    }

    /** What one worker does: its share is tokens {@code worker}, {@code worker + step}, and so on. */
    interface Work {
        void run(int worker, int step);
    }

    int count() {
        return count;
    }

    /** Returns when all workers have done their share. */
    void run(Work work) {
        List<Callable<Void>> shares = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int worker = i;
            shares.add(() -> {
                work.run(worker, count);
                return null;
            });
        }
        try {
            for (Future<Void> share : threads.invokeAll(shares)) {
                share.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while computing", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a token could not be computed", e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
