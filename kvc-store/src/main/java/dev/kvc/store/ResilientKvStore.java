package dev.kvc.store;

import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.internal.FailureLog;
import dev.kvc.store.internal.HeldSnapshot;
import dev.kvc.store.internal.LenientStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * A store whose failures are misses. Views of its namespaces share its counters.
 *
 * <p>What a caller does wrong is still its exception. A snapshot that was loaded is the store's own: reading and
 * rejecting it may fail.
 */
final class ResilientKvStore extends ForwardingKvStore {
    private final Failures failures;

    ResilientKvStore(KvStore store) {
        this(store, new Failures(new FailureLog(store.getClass().getSimpleName())));
    }

    private ResilientKvStore(KvStore store, Failures failures) {
        super(store);
        this.failures = failures;
    }

    private record Failures(FailureLog log, LongAdder loads, LongAdder saves) {
        Failures(FailureLog log) {
            this(log, new LongAdder(), new LongAdder());
        }
    }

    @FunctionalInterface
    private interface Operation<T> {
        T run() throws IOException;
    }

    private static IOException cause(UncheckedIOException e) {
        return Objects.requireNonNull(e.getCause());
    }

    private <T> T attempt(String name, Operation<T> operation, T otherwise) {
        try {
            return operation.run();
        } catch (IOException e) {
            failures.log.failed(name, e);
        } catch (UncheckedIOException e) {
            failures.log.failed(name, cause(e));
        }
        return otherwise;
    }

    @Override
    public SaveResult save(KvcKey key, SnapshotDraft draft, SaveOptions options) {
        try {
            return store().save(key, draft, options);
        } catch (IOException e) {
            return failedSave(draft, e);
        } catch (UncheckedIOException e) {
            return failedSave(draft, cause(e));
        }
    }

    private SaveResult failedSave(SnapshotDraft draft, IOException cause) {
        failures.log.failed("save", cause);
        failures.saves.increment();
        return SaveResult.failed(HeldSnapshot.bytesOf(draft), cause);
    }

    @Override
    public Optional<Snapshot> load(KvcKey key, LoadOptions options) {
        try {
            return store().load(key, options);
        } catch (IOException e) {
            return failedLoad(e);
        } catch (UncheckedIOException e) {
            return failedLoad(cause(e));
        }
    }

    private Optional<Snapshot> failedLoad(IOException cause) {
        failures.log.failed("load", cause);
        failures.loads.increment();
        return Optional.empty();
    }

    @Override
    public Optional<Snapshot> loadLongestPrefix(PrefixQuery query, LoadOptions options) throws IOException {
        try {
            return store().loadLongestPrefix(query, options);
        } catch (IOException e) {
            failedLoad(e);
        } catch (UncheckedIOException e) {
            failedLoad(cause(e));
        }
        // One candidate may have failed where the next would not: ask for each by itself.
        return PrefixLookup.load(this, match(query), query, options);
    }

    @Override
    public PrefixMatch match(PrefixQuery query) {
        return attempt("match", () -> store().match(query), PrefixMatch.NONE);
    }

    @Override
    public Optional<SnapshotInfo> stat(KvcKey key) {
        return attempt("stat", () -> store().stat(key), Optional.empty());
    }

    @Override
    public boolean contains(KvcKey key) {
        return attempt("stat", () -> store().contains(key), false);
    }

    @Override
    public boolean remove(KvcKey key) {
        return attempt("remove", () -> store().remove(key), false);
    }

    @Override
    public Stream<SnapshotInfo> list() {
        return LenientStream.of(
                attempt("list", store()::list, Stream.empty()), cause -> failures.log.failed("list", cause));
    }

    @Override
    public void touch(Collection<Touch> touches) {
        attempt(
                "touch",
                () -> {
                    store().touch(touches);
                    return true;
                },
                false);
    }

    @Override
    public int evictToBudget() {
        return attempt("evict", store()::evictToBudget, 0);
    }

    @Override
    public KvStore in(Namespace namespace) {
        return namespace.equals(namespace()) ? this : new ResilientKvStore(store().in(namespace), failures);
    }

    @Override
    public Set<Namespace> namespaces() {
        return attempt("list namespaces", store()::namespaces, Set.of(namespace()));
    }

    @Override
    public StoreStats stats() {
        StoreStats stats = store().stats();
        return new StoreStats(
                stats.hits(),
                stats.tokensServed(),
                plus(stats.misses(), MissReason.FAILED, failures.loads.sum()),
                plus(stats.saves(), Outcome.FAILED, failures.saves.sum()),
                stats.bytesWritten(),
                stats.evictions(),
                stats.bytesEvicted(),
                stats.setAside(),
                stats.snapshots(),
                stats.bytes(),
                stats.budgetBytes(),
                stats.health());
    }

    private static <K> Map<K, Long> plus(Map<K, Long> counts, K key, long more) {
        Map<K, Long> sum = new HashMap<>(counts);
        if (more > 0) {
            sum.merge(key, more, Long::sum);
        }
        return sum;
    }

    @Override
    public void close() {
        attempt(
                "close",
                () -> {
                    store().close();
                    return true;
                },
                false);
    }
}
