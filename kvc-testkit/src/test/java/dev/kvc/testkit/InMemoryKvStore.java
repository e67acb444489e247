package dev.kvc.testkit;

import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.MissReason;
import dev.kvc.store.PrefixLookup;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.StoreListener;
import dev.kvc.store.StoreStats;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A store in a hash map, without a budget: the least that a store can be. It implements the seven abstract methods and
 * nothing else, which proves that the interface's defaults suffice.
 */
final class InMemoryKvStore implements KvStore {
    private final StoreEnvironment environment;
    private final Map<KvcKey, InMemorySnapshot.Content> contents = new ConcurrentHashMap<>();
    private final Map<Outcome, Long> saves = new ConcurrentHashMap<>();
    private final Map<MissReason, Long> misses = new ConcurrentHashMap<>();
    private final LongAdder hits = new LongAdder();
    private final LongAdder tokensServed = new LongAdder();
    private final LongAdder bytesWritten = new LongAdder();
    private final LongAdder setAside = new LongAdder();
    private volatile boolean closed;

    InMemoryKvStore(StoreEnvironment environment) {
        this.environment = environment;
    }

    @Override
    public SaveResult save(KvcKey key, SnapshotDraft draft, SaveOptions options) throws IOException {
        requireOpen();
        InMemorySnapshot.Content old = contents.get(key);
        if (options.ifAbsent() && old != null && servesAsWell(old, draft)) {
            return saved(key, Outcome.ALREADY_PRESENT, old.bytes());
        }
        InMemorySnapshot.Content content = InMemorySnapshot.Content.copyOf(id(key), draft, now());
        old = contents.put(key, content);
        bytesWritten.add(content.bytes());
        return saved(key, old == null ? Outcome.STORED : Outcome.REPLACED, content.bytes());
    }

    private static boolean servesAsWell(InMemorySnapshot.Content stored, SnapshotDraft draft) {
        KvcHeader ours = stored.info().header();
        KvcHeader theirs = draft.header(0);
        return stored.text().equals(draft.text())
                && ours.modelId() == theirs.modelId()
                && ours.payloadAbi() == theirs.payloadAbi()
                && ours.quantBits() == theirs.quantBits()
                && ours.contextSize() <= theirs.contextSize();
    }

    private SaveResult saved(KvcKey key, Outcome outcome, long bytes) {
        SaveResult result = SaveResult.of(outcome, bytes);
        saves.merge(outcome, 1L, Long::sum);
        tell(listener -> listener.saved(id(key), result));
        return result;
    }

    @Override
    public Optional<Snapshot> load(KvcKey key, LoadOptions options) throws IOException {
        requireOpen();
        InMemorySnapshot.Content content = contents.get(key);
        if (content == null) {
            return missed(key, MissReason.ABSENT);
        }
        Snapshot snapshot = new InMemorySnapshot(content, this::reject);
        if (options.expectOrNull() != null && !PrefixLookup.fits(snapshot, options.expectOrNull())) {
            return missed(key, MissReason.NOT_EXPECTED);
        } else if (options.requireVerified()) {
            return missed(key, MissReason.UNVERIFIED);
        }
        if (options.countHit()) {
            content.hit(now());
            hits.increment();
            tokensServed.add(content.info().header().tokenCount());
        }
        tell(listener -> listener.loaded(content.info()));
        return Optional.of(snapshot);
    }

    private Optional<Snapshot> missed(KvcKey key, MissReason reason) {
        misses.merge(reason, 1L, Long::sum);
        tell(listener -> listener.missed(id(key), reason));
        return Optional.empty();
    }

    /** Takes this very content away, and none that was saved under its key meanwhile. */
    private void reject(InMemorySnapshot.Content content) {
        KvcKey key = content.info().key();
        if (contents.remove(key, content)) {
            setAside.increment();
            IOException cause = new IOException("the engine rejected " + key);
            tell(listener -> listener.setAside(id(key), cause));
        }
    }

    @Override
    public Optional<SnapshotInfo> stat(KvcKey key) {
        requireOpen();
        return Optional.ofNullable(contents.get(key)).map(InMemorySnapshot.Content::info);
    }

    @Override
    public boolean remove(KvcKey key) {
        requireOpen();
        return contents.remove(key) != null;
    }

    @Override
    public Stream<SnapshotInfo> list() {
        requireOpen();
        return contents.values().stream().map(InMemorySnapshot.Content::info);
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public StoreStats stats() {
        long bytes = contents.values().stream()
                .mapToLong(InMemorySnapshot.Content::bytes)
                .sum();
        return new StoreStats(
                hits.sum(),
                tokensServed.sum(),
                misses,
                saves,
                bytesWritten.sum(),
                0,
                0,
                setAside.sum(),
                contents.size(),
                bytes,
                Long.MAX_VALUE);
    }

    private long now() {
        return environment.clock().instant().getEpochSecond();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
    }

    private void tell(Consumer<StoreListener> event) {
        for (StoreListener listener : environment.listeners()) {
            try {
                event.accept(listener);
            } catch (RuntimeException e) {
                System.getLogger(getClass().getName()).log(System.Logger.Level.WARNING, "a listener threw", e);
            }
        }
    }
}
