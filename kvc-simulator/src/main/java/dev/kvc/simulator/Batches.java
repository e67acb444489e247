package dev.kvc.simulator;

import dev.kvc.simulator.trace.Trace;
import dev.kvc.simulator.trace.TraceEvent;
import dev.kvc.simulator.trace.TraceReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Hands the events of a trace to many replays, a batch at a time: each replay sees them in order and on one thread at a
 * time, and no more than a batch is held, while the next one is read.
 */
final class Batches {
    /** Long enough that handing a batch out costs nothing beside replaying it. */
    private static final int LENGTH = 2048;

    private Batches() {}

    /**
     * Returns when all is done.
     *
     * @param threads replays that run at once
     * @throws IOException if the trace cannot be read
     * @throws InterruptedException if this thread is interrupted; the replays end with the batch that they are at
     * @throws IllegalStateException if a replay throws; the cause is what it threw
     */
    static void replay(Trace trace, List<? extends Consumer<TraceEvent>> replays, int threads)
            throws IOException, InterruptedException {
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        try (TraceReader reader = trace.open()) {
            List<TraceEvent> batch = read(reader);
            while (!batch.isEmpty()) {
                batch = replay(batch, replays, reader, workers);
            }
        } finally {
            workers.shutdownNow();
        }
    }

    /** Replays a batch while the next one is read, and returns that. */
    private static List<TraceEvent> replay(
            List<TraceEvent> batch,
            List<? extends Consumer<TraceEvent>> replays,
            TraceReader reader,
            ExecutorService workers)
            throws IOException, InterruptedException {
        Stream<Callable<List<TraceEvent>>> work = replays.stream().map(replay -> () -> {
            batch.forEach(replay);
            return List.of();
        });
        List<Callable<List<TraceEvent>>> tasks =
                Stream.concat(Stream.of(() -> read(reader)), work).toList();
        List<TraceEvent> next = List.of();
        for (Future<List<TraceEvent>> done : workers.invokeAll(tasks)) {
            List<TraceEvent> result = result(done);
            next = result.isEmpty() ? next : result;
        }
        return next;
    }

    private static <T> T result(Future<T> done) throws IOException, InterruptedException {
        try {
            return done.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException unreadable) {
                throw unreadable;
            }
            throw new IllegalStateException("a policy failed", e.getCause());
        }
    }

    private static List<TraceEvent> read(TraceReader reader) throws IOException {
        List<TraceEvent> batch = new ArrayList<>(LENGTH);
        while (batch.size() < LENGTH) {
            TraceEvent event = reader.next();
            if (event == null) {
                break;
            }
            batch.add(event);
        }
        return batch;
    }
}
