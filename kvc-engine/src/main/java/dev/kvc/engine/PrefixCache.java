package dev.kvc.engine;

import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SnapshotDraft;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an engine calls: resumes prompts from what a store has, saves states beside generation, and counts what that
 * spares. {@link CheckpointPlanner} says when to save.
 *
 * <p>A cache's failure is a miss: no method throws because of I/O. What failed is in the {@link Resumption}, the
 * {@link SaveHandle} and the {@linkplain #stats counts}. Safe from any thread.
 *
 * <p>The store belongs to the caller, who closes it after the cache. It may be a view of a namespace, such as that of a
 * {@link ModelFingerprint}; several caches may share one.
 */
public final class PrefixCache implements AutoCloseable {
    private final KvStore store;
    private final LoadOptions loadOptions;
    private final Duration awaitSaves;
    private final Counters counters = new Counters();
    private final Saver saver;
    private volatile boolean isClosed;

    private PrefixCache(Builder builder, long bytesInFlight, int saveThreads) {
        store = builder.store;
        loadOptions = builder.loadOptions == null ? LoadOptions.DEFAULT : builder.loadOptions;
        awaitSaves = builder.awaitSaves == null ? Builder.DEFAULT_AWAIT_SAVES : builder.awaitSaves;
        WhenFull whenFull = builder.whenFull == null ? WhenFull.WAIT : builder.whenFull;
        saver = new Saver(store, counters, bytesInFlight, whenFull, saveThreads);
    }

    /** What a save does that would be beyond the bytes in flight. */
    public enum WhenFull {
        /** It waits, and its caller with it, until enough others have ended. */
        WAIT,
        /** It is {@link SaveHandle.State#REFUSED} at once. */
        REFUSE
    }

    /** A cache with the default settings. */
    public static PrefixCache of(KvStore store) {
        return builder(store).build();
    }

    /** A builder of a cache over {@code store}, which stays the caller's. */
    public static Builder builder(KvStore store) {
        return new Builder(store);
    }

    /**
     * The longest stored beginning of a prompt that passes the gates.
     *
     * @param prompt its remaining bytes are used in place until the result is closed
     * @return what there is, which the caller closes
     * @throws IllegalStateException if the cache, or its store, is closed
     */
    public Resumption resume(ByteBuffer prompt, Gates gates) {
        return resume(gates.query(prompt));
    }

    /**
     * The longest stored beginning of the query's prompt that passes its gates.
     *
     * <p>Waits for the saves under way whose text begins the prompt, so that a session that comes back at once finds
     * what it has left. The store is asked twice, for what there is and for the best of it: at the cost of a second
     * hash of the prompt, so that the answer can say where the prompt goes its own way and why nothing was found. A
     * load counts as a hit in the store, whatever becomes of it; tokens saved are counted here, when the engine says
     * that it has restored them.
     *
     * @return what there is, which the caller closes
     * @throws IllegalStateException if the cache, or its store, is closed
     */
    public Resumption resume(PrefixQuery query) {
        requireOpen();
        saver.awaitBeginningsOf(query, awaitSaves);
        return new Resumption(store, query, loadOptions, counters);
    }

    /**
     * {@link #save(SnapshotDraft, SaveOptions)} unless a snapshot that serves as well is there.
     *
     * @throws IllegalStateException if the cache is closed
     */
    public SaveHandle save(SnapshotDraft draft) {
        return save(draft, SaveOptions.IF_ABSENT);
    }

    /**
     * Saves under the text's own key, in a thread of the cache. With one such thread, the default, saves end in the
     * order in which they were asked for.
     *
     * @param draft its text and payload are used in place until the save has ended: a payload of a writer is asked for
     *     its bytes then
     * @param options {@link SaveOptions#protect} keeps the snapshot that the next prompt needs; a query in it is used
     *     in place as well
     * @return the save, to wait for or to cancel
     * @throws IllegalStateException if the cache is closed
     */
    public SaveHandle save(SnapshotDraft draft, SaveOptions options) {
        requireOpen();
        return saver.save(draft, options);
    }

    /** The counts so far. */
    public PrefixCacheStats stats() {
        return counters.stats(saver.bytesInFlight());
    }

    private void requireOpen() {
        if (isClosed) {
            throw new IllegalStateException("the cache is closed");
        }
    }

    /**
     * Waits until the saves under way have ended; those that still wait for room are refused. If the thread is
     * interrupted, they are cancelled instead. Results that are open stay so, and so does the store. A second call does
     * nothing more.
     */
    @Override
    public void close() {
        isClosed = true;
        saver.close();
    }

    /** Builds a cache. A second call of a setter is an error. Not thread-safe. */
    public static final class Builder {
        private static final DataSize DEFAULT_BYTES_IN_FLIGHT = DataSize.ofGibibytes(1);
        private static final Duration DEFAULT_AWAIT_SAVES = Duration.ofSeconds(10);
        private static final int MAX_THREADS = 64;

        private final KvStore store;
        private @Nullable DataSize bytesInFlight;
        private @Nullable WhenFull whenFull;
        private @Nullable Integer saveThreads;
        private @Nullable Duration awaitSaves;
        private @Nullable LoadOptions loadOptions;

        private Builder(KvStore store) {
            this.store = store;
        }

        /**
         * Text and payload bytes of saves that have not ended, 1 byte to 2 TiB; 1 GiB by default. One that is larger by
         * itself is saved when no other is under way.
         */
        public Builder bytesInFlight(DataSize value) {
            requireUnset("bytesInFlight", bytesInFlight);
            bytesInFlight = value;
            return this;
        }

        /** What a save does that would be beyond them; {@link WhenFull#WAIT} by default. */
        public Builder whenFull(WhenFull value) {
            requireUnset("whenFull", whenFull);
            whenFull = value;
            return this;
        }

        /** Saves at a time, 1 to 64; 1 by default. */
        public Builder saveThreads(int value) {
            requireUnset("saveThreads", saveThreads);
            saveThreads = value;
            return this;
        }

        /**
         * How long a prompt waits for the saves under way of its own beginnings, not negative; 10 seconds by default.
         * Zero for an engine whose payload writers need the thread that resumes.
         */
        public Builder awaitSaves(Duration value) {
            requireUnset("awaitSaves", awaitSaves);
            awaitSaves = value;
            return this;
        }

        /** How snapshots are loaded; {@link LoadOptions#DEFAULT} by default. */
        public Builder loadOptions(LoadOptions value) {
            requireUnset("loadOptions", loadOptions);
            loadOptions = value;
            return this;
        }

        /**
         * The cache.
         *
         * @throws IllegalArgumentException if a setting is out of its range; all of them are named
         */
        public PrefixCache build() {
            DataSize bytes = bytesInFlight == null ? DEFAULT_BYTES_IN_FLIGHT : bytesInFlight;
            int threads = saveThreads == null ? 1 : saveThreads;
            List<String> problems = new ArrayList<>();
            if (bytes.bytes() < 1 || bytes.bytes() > 1L << 41) {
                problems.add("bytesInFlight is " + bytes + "; it must be 1 byte to 2TiB");
            }
            if (threads < 1 || threads > MAX_THREADS) {
                problems.add("saveThreads is " + threads + "; it must be 1 to " + MAX_THREADS);
            }
            if (awaitSaves != null && awaitSaves.isNegative()) {
                problems.add("awaitSaves is " + awaitSaves + "; it must not be negative");
            }
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException("prefix cache: " + String.join("; ", problems));
            }
            return new PrefixCache(this, bytes.bytes(), threads);
        }

        private static void requireUnset(String setting, @Nullable Object value) {
            if (value != null) {
                throw new IllegalArgumentException(setting + " was already set to " + value);
            }
        }
    }
}
