package dev.kvc.engine;

import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.Payload;
import dev.kvc.store.PrefixLookup;
import dev.kvc.store.PrefixMatch;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What there is to resume a prompt from: the longest stored beginning, and after each that fails the next.
 *
 * <pre>{@code
 * try (Resumption resumption = cache.resume(prompt, gates)) {
 *     while (resumption.isFound()) {
 *         try {
 *             engine.restore(resumption.payload());
 *             resumption.restored();
 *             break;
 *         } catch (EngineException | IOException e) {
 *             resumption.failed(e);
 *         }
 *     }
 *     engine.prefill(prompt, resumption.tokens());
 * }
 * }</pre>
 *
 * <p>The caller closes it, and may close it before a {@code Mapping} of the payload. For use by one thread at a time.
 * No method throws because of I/O, but reading the payload does.
 */
public final class Resumption implements AutoCloseable {
    private final KvStore store;
    private final PrefixQuery query;
    private final LoadOptions options;
    private final Counters counters;
    private final PrefixMatch match;
    private @Nullable Snapshot snapshot;
    private @Nullable Miss miss;
    private @Nullable Exception failure;
    private boolean storeFailed;
    private boolean isRestored;

    /** Why there is nothing to resume from. */
    public enum Miss {
        /** No stored text begins the prompt. */
        NO_PREFIX,
        /** Those that do are not for this engine: {@link Resumption#refused} says which gates they did not pass. */
        REFUSED_BY_GATES,
        /** Those that do could not be loaded: damaged, not verifiable where that is required, or gone by now. */
        NOT_LOADED,
        /** The store failed. */
        STORE_FAILED,
        /** The engine could restore none of them. */
        NOT_RESTORED
    }

    Resumption(KvStore store, PrefixQuery query, LoadOptions options, Counters counters) {
        this.store = store;
        this.query = query;
        this.options = options;
        this.counters = counters;
        this.match = attempt(() -> store.match(query)).orElse(PrefixMatch.NONE);
        if (!storeFailed) {
            snapshot = attempt(() -> store.loadLongestPrefix(query, options).orElse(null))
                    .orElse(null);
        }
        if (snapshot == null && storeFailed) {
            snapshot = next(Integer.MAX_VALUE);
        }
        if (snapshot == null) {
            missed(whyNothingCame());
        }
    }

    @FunctionalInterface
    private interface Operation<T> {
        @Nullable
        T run() throws IOException;
    }

    private <T> Optional<T> attempt(Operation<T> operation) {
        try {
            return Optional.ofNullable(operation.run());
        } catch (IOException | UncheckedIOException e) {
            storeFailed(e);
            return Optional.empty();
        }
    }

    private void storeFailed(Exception cause) {
        failure = cause;
        storeFailed = true;
        counters.storeFailed();
    }

    /** Loads the longest candidate of fewer bytes that can be loaded. */
    private @Nullable Snapshot next(int below) {
        for (SnapshotInfo candidate : match.candidates()) {
            if (candidate.textBytes() < below) {
                PrefixMatch one = new PrefixMatch(List.of(candidate), List.of());
                Optional<Snapshot> loaded = attempt(
                        () -> PrefixLookup.load(store, one, query, options).orElse(null));
                if (loaded.isPresent()) {
                    return loaded.get();
                }
            }
        }
        return null;
    }

    private Miss whyNothingCame() {
        if (storeFailed) {
            return Miss.STORE_FAILED;
        } else if (!match.candidates().isEmpty()) {
            return Miss.NOT_LOADED;
        }
        return match.refused().isEmpty() ? Miss.NO_PREFIX : Miss.REFUSED_BY_GATES;
    }

    private void missed(Miss reason) {
        miss = reason;
        counters.missed(reason);
    }

    /** Whether there is a snapshot to restore from. */
    public boolean isFound() {
        return snapshot != null;
    }

    /** Why there is none; empty while there is one. */
    public Optional<Miss> miss() {
        return Optional.ofNullable(miss);
    }

    /** What failed last: the store, or what the engine passed to {@link #failed}; empty if nothing has. */
    public Optional<Exception> failure() {
        return Optional.ofNullable(failure);
    }

    /**
     * The state: map it, read it into memory of the engine's own, or stream it.
     *
     * @throws IllegalStateException if there is no snapshot
     */
    public Payload payload() {
        return snapshot().payload();
    }

    /**
     * The snapshot itself, for its text, sections and header; it is closed with this object.
     *
     * @throws IllegalStateException if there is none
     */
    public Snapshot snapshot() {
        if (snapshot == null) {
            throw new IllegalStateException("there is no snapshot: " + (miss == null ? "closed" : miss));
        }
        return snapshot;
    }

    /** Tokens that the snapshot covers, 0 to 2^32-1; 0 if there is none. */
    public long tokens() {
        return snapshot == null ? 0 : snapshot.info().header().tokenCount();
    }

    /** Bytes of the prompt that the snapshot covers; 0 if there is none. */
    public int textBytes() {
        return snapshot == null ? 0 : snapshot.info().textBytes();
    }

    /** Snapshots that begin the prompt but are not for this engine, longest first, with the gate each did not pass. */
    public List<PrefixMatch.Refused> refused() {
        return match.refused();
    }

    /** Where the prompt goes its own way from all that is stored, in bytes; see {@link PrefixMatch#divergesAt}. */
    public int divergesAt() {
        return match.divergesAt();
    }

    /**
     * Where a snapshot would have served this prompt better than any that is stored, in bytes of the prompt; for
     * {@link Prefill#branchAt}. See {@link PrefixMatch#branchPoint}.
     */
    public OptionalInt branchPoint() {
        return match.branchPoint();
    }

    /** Says that the engine goes on from this snapshot, and counts its tokens as saved. A second call does nothing. */
    public void restored() {
        restored(tokens());
    }

    /**
     * Says that the engine goes on from the first tokens of this snapshot, and counts those as saved. A second call
     * does nothing.
     *
     * @param tokens 0 to {@link #tokens}
     * @throws IllegalStateException if there is no snapshot
     */
    public void restored(long tokens) {
        SnapshotInfo info = snapshot().info();
        if (tokens < 0 || tokens > tokens()) {
            throw new IllegalArgumentException("restored " + tokens + " tokens; it must be 0 to " + tokens());
        }
        if (!isRestored) {
            isRestored = true;
            counters.resumed(info.header().saveReason(), tokens);
        }
    }

    /**
     * Says that the engine could not restore this snapshot: it is rejected, so that nobody is offered it again, and the
     * next-longest takes its place here. Clear what the engine has taken of it.
     *
     * <p>A {@link ClosedChannelException} says that this thread was interrupted, and nothing about the snapshot, which
     * is then passed over and stays.
     *
     * @return whether there is another one
     * @throws IllegalStateException if there is no snapshot, or it was restored
     */
    public boolean failed(Exception cause) {
        Snapshot unusable = snapshot();
        if (isRestored) {
            throw new IllegalStateException("the snapshot was restored");
        }
        counters.failedToRestore();
        if (!(cause instanceof ClosedChannelException)) {
            reject(unusable);
        }
        release();
        failure = cause;
        snapshot = next(unusable.info().textBytes());
        if (snapshot == null) {
            missed(Miss.NOT_RESTORED);
        }
        return isFound();
    }

    private void reject(Snapshot unusable) {
        attempt(() -> {
            unusable.reject();
            return unusable;
        });
    }

    private void release() {
        Snapshot open = snapshot;
        snapshot = null;
        if (open != null) {
            attempt(() -> {
                open.close();
                return open;
            });
        }
    }

    /** Releases the snapshot. A second call does nothing. */
    @Override
    public void close() {
        release();
    }
}
