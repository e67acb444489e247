package dev.kvc.store.tier;

import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.Capability;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.Pin;
import dev.kvc.store.PrefixMatch;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreStats;
import dev.kvc.store.Touch;
import dev.kvc.store.memory.CaffeineKvStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A store with one namespace that notes what it is asked, and in which a test can fail, block or meddle. */
final class HookedStore implements KvStore {
    private final CaffeineKvStore store;
    final AtomicInteger loads = new AtomicInteger();
    final AtomicInteger saves = new AtomicInteger();
    final AtomicInteger pins = new AtomicInteger();
    final List<Touch> touches = new CopyOnWriteArrayList<>();
    final List<String> closed;

    private final String name;
    private final boolean durable;
    private volatile boolean failing;
    private volatile boolean buggy;
    private volatile Hook beforeSave = () -> {};
    private volatile Hook afterLoad = () -> {};
    private volatile Hook beforeMatch = () -> {};
    private volatile UnaryOperator<Snapshot> wrapper = UnaryOperator.identity();

    HookedStore() {
        this("store", DataSize.ofMebibytes(1), new ArrayList<>());
    }

    HookedStore(String name, DataSize budget, List<String> closed) {
        this(name, false, budget, closed);
    }

    private HookedStore(String name, boolean durable, DataSize budget, List<String> closed) {
        this.name = name;
        this.durable = durable;
        this.store = CaffeineKvStore.builder().budget(budget).build();
        this.closed = closed;
    }

    /** One that says of itself what a disk does. */
    static HookedStore disk(DataSize budget) {
        return new HookedStore("disk", true, budget, new ArrayList<>());
    }

    /** Runs inside of an operation. */
    @FunctionalInterface
    interface Hook {
        void run() throws IOException;
    }

    void failFromNowOn() {
        failing = true;
    }

    /** From now on it throws what no store should. */
    void throwBugsFromNowOn() {
        buggy = true;
    }

    /** Runs once, when the next save begins. */
    void beforeNextSave(Hook hook) {
        beforeSave = once(hook, () -> beforeSave = () -> {});
    }

    /** Lets the next save stand still from its beginning, of which it tells, until it is released. */
    void holdNextSave(CountDownLatch begun, CountDownLatch released) {
        beforeNextSave(() -> {
            begun.countDown();
            TierFixtures.await(released);
        });
    }

    /** Runs once, when the next prefix lookup begins. */
    void beforeNextMatch(Hook hook) {
        beforeMatch = once(hook, () -> beforeMatch = () -> {});
    }

    /** Runs once, when the next load has found what it returns. */
    void afterNextLoad(Hook hook) {
        afterLoad = once(hook, () -> afterLoad = () -> {});
    }

    /** Runs whenever a load has found what it returns. */
    void afterEachLoad(Hook hook) {
        afterLoad = hook;
    }

    /** Runs once, when the first bytes of what the next hit returns are read. */
    void meddleWithNextLoad(Hook hook) {
        wrapper = snapshot -> {
            wrapper = UnaryOperator.identity();
            return new MeddlingSnapshot(snapshot, hook);
        };
    }

    private static Hook once(Hook hook, Runnable unset) {
        return () -> {
            unset.run();
            hook.run();
        };
    }

    private void failIfAsked() throws IOException {
        if (failing) {
            throw new IOException(name + " is out of order");
        }
        failWithABugIfAsked();
    }

    private void failWithABugIfAsked() {
        if (buggy) {
            throw new IllegalArgumentException(name + " has a bug");
        }
    }

    @Override
    public SaveResult save(KvcKey key, SnapshotDraft draft, SaveOptions options) throws IOException {
        saves.incrementAndGet();
        beforeSave.run();
        failIfAsked();
        return store.save(key, draft, options);
    }

    @Override
    public Optional<Snapshot> load(KvcKey key, LoadOptions options) throws IOException {
        if (options.countHit()) {
            loads.incrementAndGet();
        }
        failIfAsked();
        Optional<Snapshot> found = store.load(key, options);
        if (options.countHit()) {
            afterLoad.run();
            return found.map(wrapper);
        }
        return found;
    }

    @Override
    public Optional<SnapshotInfo> stat(KvcKey key) throws IOException {
        failIfAsked();
        return store.stat(key);
    }

    @Override
    public boolean remove(KvcKey key) throws IOException {
        failIfAsked();
        return store.remove(key);
    }

    @Override
    public Stream<SnapshotInfo> list() throws IOException {
        failIfAsked();
        return store.list();
    }

    @Override
    public PrefixMatch match(PrefixQuery query) throws IOException {
        beforeMatch.run();
        failIfAsked();
        return store.match(query);
    }

    @Override
    public Set<Namespace> namespaces() throws IOException {
        failIfAsked();
        return Set.of(namespace());
    }

    @Override
    public int evictToBudget() throws IOException {
        failIfAsked();
        return 1;
    }

    @Override
    public void touch(Collection<Touch> hits) throws IOException {
        failIfAsked();
        touches.addAll(hits);
        store.touch(hits);
    }

    @Override
    public Pin pin(KvcKey key, @Nullable Duration deadline) {
        failWithABugIfAsked();
        Pin pin = store.pin(key, deadline);
        pins.incrementAndGet();
        return () -> {
            failWithABugIfAsked();
            pins.decrementAndGet();
            pin.close();
        };
    }

    @Override
    public Set<Capability> capabilities() {
        EnumSet<Capability> all = EnumSet.of(Capability.INDEXED_PREFIXES, Capability.TOUCH);
        if (durable) {
            all.add(Capability.DURABLE);
        }
        return all;
    }

    @Override
    public StoreStats stats() {
        return store.stats();
    }

    @Override
    public void close() throws IOException {
        closed.add(name);
        store.close();
        failIfAsked();
    }

    @Override
    public String toString() {
        return name;
    }
}
