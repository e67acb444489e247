package dev.kvc.redis;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.output.ValueListOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.RedisCommand;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Several connections to one Redis, and what goes over them: one for what is small, the others for parts, so that
 * nothing small waits behind a part. They are made when the first request is, and again by themselves when they break;
 * meanwhile, where they are not those of a cluster, the ones that are up do the work of the others.
 *
 * <p>Safe from any thread. It is closed when the store is, and nobody reads a snapshot of it any more.
 */
final class Link implements Closeable {
    private final Connector connector;
    private final AtomicInteger users = new AtomicInteger(1);
    /** The first is for what is small. */
    private volatile @Nullable List<Lane> lanes;

    Link(Connector connector) {
        this.connector = connector;
    }

    /** A connection, and how many requests over it are under way. */
    private record Lane(StatefulConnection<byte[], ByteBuffer> connection, AtomicInteger underWay) {
        Lane(StatefulConnection<byte[], ByteBuffer> connection) {
            this(connection, new AtomicInteger());
        }

        /** In a cluster each has connections to all nodes, and which of them are up is not known: it counts as up. */
        boolean isUp() {
            return connection instanceof StatefulRedisClusterConnection || connection.isOpen();
        }

        boolean isBetterThan(Lane other) {
            return isUp() && (!other.isUp() || underWay.get() < other.underWay.get());
        }
    }

    /** A command that has not been sent. */
    record Request<T>(AsyncCommand<byte[], ByteBuffer, T> command) {
        static <T> Request<T> of(
                CommandType type, CommandOutput<byte[], ByteBuffer, T> output, CommandArgs<byte[], ByteBuffer> args) {
            return new Request<>(new AsyncCommand<>(new Command<>(type, output, args)));
        }

        /** A command that answers with a number. */
        static Request<Long> number(CommandType type, CommandArgs<byte[], ByteBuffer> args) {
            return of(type, new IntegerOutput<>(BytesCodec.INSTANCE), args);
        }

        /** A command that answers with a word. */
        static Request<String> word(CommandType type, CommandArgs<byte[], ByteBuffer> args) {
            return of(type, new StatusOutput<>(BytesCodec.INSTANCE), args);
        }

        /** A command that answers with values, {@code null} for one that is not there. */
        static Request<List<ByteBuffer>> values(CommandType type, CommandArgs<byte[], ByteBuffer> args) {
            return of(type, new ValueListOutput<>(BytesCodec.INSTANCE), args);
        }
    }

    static CommandArgs<byte[], ByteBuffer> args() {
        return new CommandArgs<>(BytesCodec.INSTANCE);
    }

    /** The arguments of a script. */
    static CommandArgs<byte[], ByteBuffer> script(String script, byte[]... keys) {
        return args().add(script).add(keys.length).addKeys(keys);
    }

    /** Sends a request for what is small. */
    <T> CompletableFuture<T> send(Request<T> request) throws IOException {
        dispatch(laneForSmall(), List.of(request));
        return request.command;
    }

    /** Sends a request that a part goes with, over one of the connections for those. */
    <T> CompletableFuture<T> sendPart(Request<T> request) throws IOException {
        dispatch(laneForParts(), List.of(request));
        return request.command;
    }

    /** Sends requests of which one has a part with it, over one connection: each is done after those before it. */
    void sendInOrder(List<Request<?>> requests) throws IOException {
        dispatch(laneForParts(), requests);
    }

    /** While it is down, it may take long until it is made again: another does its work. */
    private Lane laneForSmall() throws IOException {
        Lane first = lanes().get(0);
        return first.isUp() ? first : laneForParts();
    }

    /** That with the least to do; of several, the first, whose buffers the last request has used. */
    private Lane laneForParts() throws IOException {
        List<Lane> all = lanes();
        Lane best = all.get(1);
        for (Lane each : all.subList(2, all.size())) {
            best = each.isBetterThan(best) ? each : best;
        }
        return best.isUp() ? best : all.get(0);
    }

    private void dispatch(Lane lane, Collection<? extends Request<?>> requests) throws IOException {
        List<RedisCommand<byte[], ByteBuffer, ?>> commands = new ArrayList<>();
        for (Request<?> request : requests) {
            commands.add(request.command);
            lane.underWay.incrementAndGet();
            request.command.onComplete((answer, failure) -> lane.underWay.decrementAndGet());
        }
        try {
            if (commands.size() == 1) {
                lane.connection.dispatch(commands.get(0)); // does not wait for a connection to a node of a cluster
            } else {
                lane.connection.dispatch(commands);
            }
        } catch (RuntimeException e) {
            commands.forEach(command -> command.completeExceptionally(e));
            throw RedisFailure.of(connector.toString(), e);
        }
    }

    /** Sends many small requests at once, and waits for all answers. */
    <T> List<T> askAll(List<Request<T>> requests) throws IOException {
        if (requests.isEmpty()) {
            return List.of();
        }
        dispatch(laneForSmall(), requests);
        List<T> answers = new ArrayList<>();
        for (Request<T> request : requests) {
            answers.add(await(request.command));
        }
        return answers;
    }

    /** Sends a small request whose answer nobody waits for. */
    void tell(Request<?> request) {
        try {
            dispatch(laneForSmall(), List.of(request));
        } catch (IOException e) {
            request.command.completeExceptionally(e);
        }
    }

    /** Sends a small request, and waits for the answer. */
    <T> T ask(Request<T> request) throws IOException {
        return await(send(request));
    }

    /**
     * Waits for an answer, which comes, or fails to, within the timeout.
     *
     * @throws InterruptedIOException if the thread is interrupted; the answer may still come
     */
    <T> T await(CompletableFuture<T> answer) throws IOException {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while waiting for Redis");
            interrupted.initCause(e);
            throw interrupted;
        } catch (ExecutionException | CancellationException e) {
            throw failure(e);
        }
    }

    /**
     * Waits for an answer, which comes, or fails to, within the timeout, also if the thread is interrupted meanwhile:
     * for what must be known to have been done or not.
     */
    <T> T settle(CompletableFuture<T> answer) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return answer.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException | CancellationException e) {
            throw failure(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Sends small requests, and waits for all answers as {@link #settle} does. */
    <T> List<T> settleAll(List<Request<T>> requests) throws IOException {
        List<CompletableFuture<T>> sent = new ArrayList<>();
        for (Request<T> request : requests) {
            sent.add(send(request));
        }
        List<T> answers = new ArrayList<>();
        for (CompletableFuture<T> each : sent) {
            answers.add(settle(each));
        }
        return answers;
    }

    /** What went wrong with a request. It is cancelled by a connection that is closed. */
    IOException failure(Throwable thrown) {
        Throwable cause =
                thrown instanceof ExecutionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        return cause instanceof IOException io ? io : RedisFailure.of(connector.toString(), cause);
    }

    private List<Lane> lanes() throws IOException {
        @Nullable List<Lane> all = lanes;
        return all == null ? connect() : all;
    }

    private synchronized List<Lane> connect() throws IOException {
        @Nullable List<Lane> all = lanes;
        if (all == null) {
            all = connector.connect().stream().map(Lane::new).toList();
            lanes = all;
        }
        return all;
    }

    /** Keeps it open for one more user, who {@linkplain #close closes} it, too. */
    void retain() {
        users.incrementAndGet();
    }

    @Override
    public void close() {
        if (users.decrementAndGet() == 0) {
            connector.close();
        }
    }
}
