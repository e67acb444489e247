package dev.kvc.store.tier;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.Namespace;
import dev.kvc.store.Capability;
import dev.kvc.store.Durability;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.Pin;
import dev.kvc.store.PrefixMatch;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.Touch;
import dev.kvc.store.internal.FailureLog;
import dev.kvc.store.internal.HeldSnapshot;
import dev.kvc.store.internal.LenientStream;
import dev.kvc.store.internal.PromotedSource;
import dev.kvc.store.internal.SharedSource;
import dev.kvc.store.memory.CaffeineKvStore;
import dev.kvc.store.spi.HitForwarder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One tier, with what waits to be written to it, as if both were one store. Its failures, bugs included, are counted,
 * logged, and nobody's exception but that of {@link #load}, which the stack needs to know of.
 */
final class GuardedTier {
    /** Finds out what is there. */
    private static final LoadOptions LOOK =
            LoadOptions.DEFAULT.verify(LoadOptions.Verify.NEVER).withoutHit();

    private final Tier tier;
    private final FailureLog failures;
    private final @Nullable Deadline deadline;
    private final WriteBackQueue queue;
    private final HitForwarder<SnapshotId> hits;
    private final Consumer<SnapshotId> onRejectInQueue;
    private final LongSupplier nowUnix;
    private final long budget;
    private final boolean isRemote;
    private final LongAdder rejectedInQueue = new LongAdder();
    private final LongAdder promotions = new LongAdder();
    /** What it has been given at a hit, so that it is not given that at every hit. */
    private final PromotionGate offered = new PromotionGate();

    /**
     * Guards a tier.
     *
     * @param queueBytes the bound of its queue
     * @param nowUnix the time, in seconds since 1970
     * @param onRejectInQueue is told of snapshots that were rejected before they were written
     */
    GuardedTier(Tier tier, long queueBytes, LongSupplier nowUnix, Consumer<SnapshotId> onRejectInQueue) {
        this.tier = tier;
        this.nowUnix = nowUnix;
        this.onRejectInQueue = onRejectInQueue;
        this.budget = tier.store().stats().budgetBytes();
        this.isRemote = tier.store().capabilities().contains(Capability.REMOTE);
        this.failures = new FailureLog("tier " + tier.store());
        this.deadline = tier.deadlineOrNull() == null ? null : new Deadline(tier.deadlineOrNull());
        this.queue = new WriteBackQueue(queueBytes, new Writer());
        this.hits = new HitForwarder<>(id -> pending(id) != null, this::tell);
    }

    /** What a tier is asked to do. */
    @FunctionalInterface
    private interface Operation<T> {
        T run() throws IOException;
    }

    private <T> T attempt(String name, Operation<T> operation, T otherwise) {
        try {
            return operation.run();
        } catch (IOException | RuntimeException e) {
            failures.failed(name, e);
            return otherwise;
        }
    }

    /** What a tier is told to do. */
    @FunctionalInterface
    private interface Command {
        void run() throws IOException;
    }

    private void attempt(String name, Command command) {
        attempt(
                name,
                () -> {
                    command.run();
                    return true;
                },
                false);
    }

    /** Notes a failure that {@link #load} threw. */
    void failed(String operation, IOException cause) {
        failures.failed(operation, cause);
    }

    private static IOException asIo(Exception e) {
        if (e instanceof IOException io) {
            return io;
        }
        return e instanceof UncheckedIOException unchecked
                ? Objects.requireNonNull(unchecked.getCause())
                : new IOException("the store threw " + e, e);
    }

    private KvStore view(Namespace namespace) {
        return tier.store().in(namespace);
    }

    private KvStore view(SnapshotId id) {
        return view(id.namespace());
    }

    private WriteBackQueue.@Nullable Pending pending(SnapshotId id) {
        return queue.find(id);
    }

    /** Whether its bytes come over a network. */
    boolean isRemote() {
        return isRemote;
    }

    /** Whether it keeps so many bytes in memory, where copies are shared. */
    boolean holds(long bytes) {
        long largest = tier.store() instanceof CaffeineKvStore memory
                ? memory.maxEntry().bytes()
                : budget;
        return isMemory() && bytes <= largest;
    }

    private boolean isMemory() {
        return !isRemote && !capabilities().contains(Capability.DURABLE);
    }

    /** Whether it takes what is hit behind it for the {@code hit}-th time, if that is not too large. */
    boolean isPromotionDue(int hit) {
        return isWritten() && tier.promotion().isDueAt(hit);
    }

    /** Whether it takes what has so many bytes and is hit behind it for the {@code hit}-th time. */
    boolean takesAtHit(int hit, long bytes) {
        return isWritten() && tier.promotion().takes(hit, bytes);
    }

    boolean isWritten() {
        return tier.writeMode() != WriteMode.READ_ONLY;
    }

    Tier tier() {
        return tier;
    }

    /** Notes a hit that a faster tier has served. */
    void hitInFront(SnapshotId id, long atUnix) {
        hits.hit(id, atUnix);
    }

    void flushHits() {
        hits.flush();
    }

    SaveResult save(SnapshotId id, SnapshotDraft draft, SaveOptions options) {
        if (isWrittenLater(id, draft, options)) {
            @Nullable SaveResult queued = enqueue(id, draft, options);
            if (queued != null) {
                return queued;
            }
        }
        // It stays what is stored if this one is refused.
        queue.settle(id);
        return write(id, draft, options);
    }

    /**
     * Whether it waits in the queue: what is written back, and what is copied up and is in memory anyway. What is
     * copied up replaces nothing that waits.
     */
    private boolean isWrittenLater(SnapshotId id, SnapshotDraft draft, SaveOptions options) {
        boolean isPromoted = PromotedSource.isPromoted(draft);
        boolean isQueued = tier.writeMode() == WriteMode.WRITE_BACK
                ? options.durabilityOrNull() != Durability.FSYNC
                : isPromoted && SharedSource.isCopied(draft) && !isMemory();
        return isQueued && !(isPromoted && pending(id) != null);
    }

    /** Whether a copy of so many bytes, if it is in memory, would wait in the queue. */
    boolean mayQueueCopy(long bytes) {
        return !isMemory() && bytes <= budget && queue.hasRoom(bytes);
    }

    private SaveResult write(SnapshotId id, SnapshotDraft draft, SaveOptions options) {
        // Hits of what is replaced are not its successor's, and who chooses victims looks at hits.
        boolean replacesHit = !options.ifAbsent() && hits.untold(id) > 0;
        if (replacesHit || (hits.hasUntold() && mayEvict(draft))) {
            hits.flush();
        }
        @Nullable Duration time = tier.saveDeadlineOrNull();
        try {
            return view(id).save(id.key(), time == null ? draft : TimedSource.limit(draft, time), options);
        } catch (IOException | RuntimeException e) {
            return failedSave(draft, e);
        }
    }

    /**
     * Whether a store is so full that a save may evict, as far as that can be known without asking a network. Of what
     * others save meanwhile nothing is known: what is evicted for them may have hits that are a few seconds late.
     */
    private boolean mayEvict(SnapshotDraft draft) {
        long rest = budget - HeldSnapshot.bytesOf(draft);
        return isRemote || attempt("stats", () -> tier.store().stats().bytes() > rest, true);
    }

    private SaveResult failedSave(SnapshotDraft draft, Exception cause) {
        failures.failed("save", cause);
        return SaveResult.failed(HeldSnapshot.bytesOf(draft), asIo(cause));
    }

    /** Queues a snapshot; {@code null} if there is no room for it in the queue, or never will be in the tier. */
    private @Nullable SaveResult enqueue(SnapshotId id, SnapshotDraft draft, SaveOptions options) {
        boolean isPromoted = PromotedSource.isPromoted(draft);
        // What is copied up was missed here a moment ago; the store looks once more when it is written.
        if (options.ifAbsent() && !isPromoted && isServed(id, draft)) {
            return SaveResult.of(Outcome.ALREADY_PRESENT, HeldSnapshot.bytesOf(draft));
        }
        long bytes = HeldSnapshot.bytesOf(draft);
        if (bytes > budget || !queue.reserve(bytes)) {
            return null;
        }
        boolean queued = false;
        try {
            HeldSnapshot held = HeldSnapshot.of(draft, 0);
            queued = queue.add(id, held, PromotedSource.copyOf(draft, held), isPromoted ? options : lasting(options));
            return SaveResult.of(queued ? Outcome.QUEUED : Outcome.ALREADY_PRESENT, bytes);
        } catch (IOException | RuntimeException e) {
            return failedSave(draft, e);
        } finally {
            if (!queued) {
                queue.release(bytes);
            }
        }
    }

    /**
     * The options of a save that is written later: with a prompt that the caller cannot change, and without a question
     * that has been answered, since what it is to replace may be what the answer was about.
     */
    private static SaveOptions lasting(SaveOptions options) {
        @Nullable PrefixQuery query = options.protectOrNull();
        return new SaveOptions(
                false, query == null ? null : query.copy(), options.durabilityOrNull(), options.alwaysAdmitted());
    }

    /** Whether what the tier has serves as well as {@code draft} would. */
    private boolean isServed(SnapshotId id, SnapshotDraft draft) {
        return attempt(
                "load",
                () -> {
                    try (Snapshot present = load(id, LOOK).orElse(null)) {
                        return present != null
                                && draft.isServedBy(present.info().header(), present.text());
                    }
                },
                false);
    }

    /** Writes what was queued. What goes wrong here has no caller to be told. */
    private final class Writer implements WriteBackQueue.Target {
        @Override
        public void write(SnapshotId id, SnapshotDraft draft, SaveOptions options) {
            SaveResult result = GuardedTier.this.write(id, draft, options);
            if (PromotedSource.isPromoted(draft)) {
                countPromotion(result);
            } else if (result.outcome() == Outcome.TOO_LARGE || result.outcome() == Outcome.NO_ROOM) {
                failures.failed("save", new IOException(id + " was queued, and then refused: " + result.outcome()));
            }
        }

        @Override
        public void undo(WriteBackQueue.Pending cancelled) {
            if (cancelled.isRejectedCopy()) {
                attempt("reject", () -> rejectStored(cancelled.id(), cancelled.held()));
            } else {
                removeStored(cancelled.id());
            }
        }
    }

    /** Rejects what the store has under the key, whatever waits, if it is a copy of {@code rejected}. */
    private void rejectStored(SnapshotId id, HeldSnapshot rejected) throws IOException {
        try (Snapshot stored = view(id).load(id.key(), LOOK).orElse(null);
                Snapshot original = Copies.load(id, rejected, LOOK, (any, held) -> {})) {
            if (stored != null && Copies.isCopy(stored, original)) {
                stored.reject();
            }
        }
    }

    /**
     * Copies up what was found in a slower tier, unless as good a one is here already; later, if it is in memory.
     *
     * @param isWanted whether nobody has begun to change the key: if not, it stays as it is
     */
    SaveResult promote(SnapshotId id, SnapshotDraft draft, BooleanSupplier isWanted) {
        SaveResult result = save(id, PromotedSource.promote(draft, isWanted), SaveOptions.IF_ABSENT);
        countPromotion(result);
        return result;
    }

    private void countPromotion(SaveResult result) {
        if (result.outcome() == Outcome.STORED || result.outcome() == Outcome.REPLACED) {
            promotions.increment();
        }
    }

    /** Up to which size it would share a copy on the heap at the {@code hit}-th hit behind it; 0 for none. */
    long sharesAtHit(int hit) {
        return tier.store() instanceof CaffeineKvStore memory
                        && isPromotionDue(hit)
                        && tier.saveDeadlineOrNull() == null
                ? Math.min(memory.maxEntry().bytes(), tier.promotion().largest().bytes())
                : 0;
    }

    /** Whether its answers may be left behind. */
    boolean hasDeadline() {
        return deadline != null;
    }

    /** Whether it takes a draft when it is saved. */
    boolean admits(SnapshotDraft draft, SaveOptions options) {
        return options.alwaysAdmitted()
                || tier.admission().takesAtOnce(draft.header(0).tokenCount());
    }

    /** Whether it takes a snapshot that has been hit in front of it, and was not offered it before. */
    boolean admitsAfterHit(SnapshotInfo hit) {
        boolean due = isWritten()
                && tier.admission()
                        .takesAfter(hit.header().hitCount(), hit.header().tokenCount());
        return due && offered.nextHit(hit.id()) == 1;
    }

    /**
     * Writes a copy of what was hit in a faster tier, unless as good a one is here already.
     *
     * @param isWanted as for {@link #promote}
     */
    void copyDown(SnapshotId id, SnapshotDraft draft, BooleanSupplier isWanted) {
        if (pending(id) == null) {
            SaveResult result = write(id, PromotedSource.promote(draft, isWanted), SaveOptions.IF_ABSENT);
            if (result.outcome() != Outcome.FAILED) {
                offered.hit(id);
            }
        }
    }

    /**
     * Loads a snapshot from the queue or the store.
     *
     * @throws IOException if the store fails or does not answer in time
     */
    Optional<Snapshot> load(SnapshotId id, LoadOptions options) throws IOException {
        WriteBackQueue.@Nullable Pending pending = pending(id);
        return pending == null
                ? answer(() -> view(id).load(id.key(), options), late -> late.ifPresent(this::discard))
                : load(pending, options);
    }

    /** The same, for who looks to the deadline himself. */
    Optional<Snapshot> loadNow(SnapshotId id, LoadOptions options) throws IOException {
        WriteBackQueue.@Nullable Pending pending = pending(id);
        return pending == null ? view(id).load(id.key(), options) : load(pending, options);
    }

    private Optional<Snapshot> load(WriteBackQueue.Pending pending, LoadOptions options) {
        Optional<Snapshot> found = Copies.load(pending, options, this::rejectPending);
        if (found.isPresent() && options.countHit()) {
            hits.hit(pending.id(), nowUnix.getAsLong());
        }
        return found;
    }

    /**
     * Asks the store something within the deadline.
     *
     * @param late is given what came too late
     * @throws IOException if the store fails or does not answer in time
     */
    <T> T answer(Deadline.Question<T> question, Consumer<T> late) throws IOException {
        try {
            return deadline == null ? question.ask() : deadline.answer(question, late);
        } catch (RuntimeException e) {
            throw asIo(e);
        }
    }

    private void discard(Snapshot late) {
        attempt("close a snapshot that came late", late::close);
    }

    private void rejectPending(SnapshotId id, HeldSnapshot held) {
        if (queue.cancel(id, held)) {
            rejectedInQueue.increment();
            onRejectInQueue.accept(id);
        } else if (pending(id) == null) {
            // It has been written meanwhile.
            rejectCopyOf(id, Copies.load(id, held, LoadOptions.DEFAULT, this::rejectPending));
        }
    }

    private <T> T inTime(String name, Operation<T> operation, T otherwise) {
        return attempt(name, () -> answer(operation::run, late -> {}), otherwise);
    }

    Optional<SnapshotInfo> stat(SnapshotId id) {
        WriteBackQueue.@Nullable Pending pending = pending(id);
        if (pending != null) {
            return pending.isCancelled()
                    ? Optional.empty()
                    : Optional.of(pending.held().info(id));
        }
        return inTime("stat", () -> view(id).stat(id.key()), Optional.empty());
    }

    PrefixMatch match(Namespace namespace, PrefixQuery query) {
        Collection<WriteBackQueue.Pending> pending = queue.all();
        PrefixMatch match = inTime("match", () -> view(namespace).match(query), PrefixMatch.NONE);
        return pending.isEmpty() ? match : Copies.overlay(pending, match, namespace, query);
    }

    /** The snapshots of a namespace; the caller closes the stream. */
    Stream<SnapshotInfo> list(Namespace namespace) {
        // Before the store is listed: what is written in between is then seen twice rather than not at all.
        Set<SnapshotId> pending = new HashSet<>();
        List<SnapshotInfo> waiting = queue.all().stream()
                .filter(each -> each.id().namespace().equals(namespace))
                .peek(each -> pending.add(each.id()))
                .filter(each -> !each.isCancelled())
                .map(each -> each.held().info(each.id()))
                .toList();
        Stream<SnapshotInfo> stored = LenientStream.of(
                attempt("list", () -> view(namespace).list(), Stream.empty()), cause -> failures.failed("list", cause));
        return Stream.concat(waiting.stream(), stored.filter(info -> !pending.contains(info.id())));
    }

    Set<Namespace> namespaces() {
        Set<Namespace> all =
                new HashSet<>(attempt("list namespaces", () -> tier.store().namespaces(), Set.of()));
        queue.all().stream()
                .filter(pending -> !pending.isCancelled())
                .forEach(pending -> all.add(pending.id().namespace()));
        return all;
    }

    boolean remove(SnapshotId id) {
        WriteBackQueue.Withdrawal withdrawn = queue.withdraw(id);
        try {
            boolean removed = removeStored(id);
            return withdrawn == WriteBackQueue.Withdrawal.NOTHING
                    ? removed
                    : withdrawn == WriteBackQueue.Withdrawal.WAITED;
        } finally {
            queue.uncover(id);
        }
    }

    private boolean removeStored(SnapshotId id) {
        return inTime("remove", () -> view(id).remove(id.key()), false);
    }

    /** Whether what this tier has under the key is a copy of {@code original}. */
    boolean hasCopyOf(SnapshotId id, Snapshot original) {
        return withCopyOf(id, original, copy -> {});
    }

    /** Rejects what this tier has under the key, if it is a copy of {@code rejected}. */
    void rejectCopyOf(SnapshotId id, Snapshot rejected) {
        withCopyOf(id, rejected, Snapshot::reject);
    }

    /** Removes what this tier has under the key, if it is a copy of {@code stale}. */
    void removeCopyOf(SnapshotId id, Snapshot stale) {
        withCopyOf(id, stale, copy -> remove(id));
    }

    @FunctionalInterface
    private interface CopyAction {
        void accept(Snapshot copy) throws IOException;
    }

    private boolean withCopyOf(SnapshotId id, Snapshot original, CopyAction action) {
        return attempt(
                "load",
                () -> {
                    try (Snapshot copy = load(id, LOOK).orElse(null)) {
                        boolean same = copy != null && Copies.isCopy(copy, original);
                        if (copy != null && same) {
                            action.accept(copy);
                        }
                        return same;
                    }
                },
                false);
    }

    /** Passes hits down. */
    private void tell(Map<SnapshotId, HitForwarder.Hits> batch) {
        Map<Namespace, List<Touch>> touches = new HashMap<>();
        batch.forEach((id, told) -> touches.computeIfAbsent(id.namespace(), any -> new ArrayList<>())
                .add(new Touch(id.key(), told.count(), told.lastUsedUnix())));
        touches.forEach(this::touch);
    }

    void touch(Namespace namespace, Collection<Touch> touches) {
        inTime(
                "touch",
                () -> {
                    view(namespace).touch(touches);
                    return true;
                },
                false);
    }

    Set<Capability> capabilities() {
        return tier.store().capabilities();
    }

    Pin pin(SnapshotId id, @Nullable Duration time) {
        Pin pin = attempt("pin", () -> view(id).pin(id.key(), time), () -> {});
        return () -> attempt("unpin", pin::close);
    }

    int evictToBudget() {
        hits.flush();
        return attempt("evict", tier.store()::evictToBudget, 0);
    }

    /** Writes what is queued, and passes hits down. */
    void flush() {
        queue.drain();
        hits.flush();
    }

    /** Finishes what is under way and closes the store. */
    void close() {
        queue.close();
        hits.close();
        attempt("close", tier.store()::close);
        if (deadline != null) {
            deadline.close();
        }
    }

    TierStats stats() {
        return new TierStats(
                tier.writeMode(),
                tier.store().stats(),
                failures.count(),
                promotions.sum(),
                rejectedInQueue.sum(),
                queue.snapshots(),
                queue.bytes(),
                failures.last());
    }
}
