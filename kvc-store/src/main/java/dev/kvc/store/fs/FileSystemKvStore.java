package dev.kvc.store.fs;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.Capability;
import dev.kvc.store.DataSize;
import dev.kvc.store.Durability;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.Pin;
import dev.kvc.store.PrefixMatch;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.Settings;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreListener;
import dev.kvc.store.StoreStats;
import dev.kvc.store.Touch;
import dev.kvc.store.VerifyOptions;
import dev.kvc.store.VerifyProgress;
import dev.kvc.store.VerifyReport;
import dev.kvc.store.internal.BlockWorkers;
import dev.kvc.store.internal.jfr.LoadSpan;
import dev.kvc.store.internal.jfr.SaveSpan;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory of snapshots, one file each, named {@code <key>.kv}; byte-compatible with the reference implementation
 * and ds4, which may use the same directory at the same time, as may other processes.
 *
 * <p>The files are the truth: the index in memory is made from them when the store is opened and follows them, so there
 * is nothing else on disk that could be lost. A namespace is the subdirectory of its name.
 *
 * <p>Files are written under a temporary name and renamed; made for their owner alone; a symbolic link inside the
 * directory is not followed. Damaged files are set aside as {@code <key>.kv.bad}. The budget bounds everything in the
 * directory; what is not ours is counted and never deleted.
 */
public final class FileSystemKvStore implements KvStore {
    private final DirectoryStore store;
    private final Namespace namespace;

    private FileSystemKvStore(DirectoryStore store, Namespace namespace) {
        this.store = store;
        this.namespace = namespace;
    }

    /**
     * A builder for the store of a directory, which is made, for its owner alone, where it is missing. The mode of one
     * that exists is reported and not changed.
     */
    public static Builder builder(Path directory) {
        return new Builder(directory);
    }

    @Override
    public SaveResult save(KvcKey key, SnapshotDraft draft, SaveOptions options) throws IOException {
        SnapshotId id = id(key);
        try (SaveSpan span = store.events().save(id, draft)) {
            return span.ended(store.save(id, draft, options));
        }
    }

    @Override
    public Optional<Snapshot> load(KvcKey key, LoadOptions options) throws IOException {
        SnapshotId id = id(key);
        try (LoadSpan span = store.events().load(id, options)) {
            return store.load(id, options, span);
        }
    }

    @Override
    public Optional<SnapshotInfo> stat(KvcKey key) throws IOException {
        return store.stat(id(key));
    }

    @Override
    public boolean remove(KvcKey key) throws IOException {
        return store.remove(id(key));
    }

    @Override
    public Stream<SnapshotInfo> list() throws IOException {
        return store.list(namespace);
    }

    @Override
    public PrefixMatch match(PrefixQuery query) throws IOException {
        return store.match(namespace, query);
    }

    @Override
    public Optional<Snapshot> loadLongestPrefix(PrefixQuery query, LoadOptions options) throws IOException {
        return store.loadLongestPrefix(this, query, options);
    }

    @Override
    public void touch(Collection<Touch> touches) throws IOException {
        store.touch(namespace, touches);
    }

    @Override
    public Pin pin(KvcKey key, @Nullable Duration deadline) {
        return store.pin(id(key), deadline);
    }

    @Override
    public int evictToBudget() throws IOException {
        return store.evictToBudget();
    }

    @Override
    public StoreStats stats() {
        return store.stats();
    }

    @Override
    public KvStore in(Namespace other) {
        store.requireOpen();
        return other.equals(namespace) ? this : new FileSystemKvStore(store, other);
    }

    @Override
    public Namespace namespace() {
        return namespace;
    }

    @Override
    public Set<Namespace> namespaces() throws IOException {
        Set<Namespace> all = new TreeSet<>(store.namespaces());
        all.add(namespace);
        return all;
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.complementOf(EnumSet.of(Capability.REMOTE));
    }

    /** The directory, as the file system names it: without symbolic links. */
    public Path directory() {
        return store.directory();
    }

    /**
     * What was found in the directory when it was opened. Waits until it has been read.
     *
     * @throws IOException if it could not be read
     */
    public OpenReport openReport() throws IOException {
        return store.openReport();
    }

    /** What {@link #evictToBudget} would remove now, and why; nothing is removed. */
    public EvictionPlan planEviction() throws IOException {
        return store.planEviction();
    }

    /**
     * Overwrites snapshots with zeros, flushes that to the disk, and deletes them, whatever the namespace of this view:
     * the files under their names, those set aside, and temporaries of theirs whose writers are dead. For prompts that
     * must not be found on the disk again.
     *
     * <p>Copies that the disk or the file system keeps by itself are beyond reach: spare blocks of an SSD, snapshots of
     * a copy-on-write file system, backups, other hard links. Who has loaded such a snapshot and still reads its
     * payload, reads zeros from now on: end the engines first. A crash leaves the file that is being overwritten as a
     * dead temporary.
     *
     * @param wanted which snapshots
     * @throws IOException if one cannot be overwritten or deleted; those before it are gone
     */
    public WipeReport wipe(Predicate<SnapshotId> wanted) throws IOException {
        return store.wipe(wanted, false);
    }

    /** What {@link #wipe} would overwrite and delete now; nothing is. */
    public WipeReport planWipe(Predicate<SnapshotId> wanted) throws IOException {
        return store.wipe(wanted, true);
    }

    /**
     * Takes a whole file of a snapshot, as another directory has it: every byte is kept, all that has checksums is
     * verified before the snapshot can be found, and it is flushed to the disk. No admission is asked and nothing is
     * evicted: where there is no room, the outcome is {@link SaveResult.Outcome#NO_ROOM}.
     *
     * @param key its name
     * @param file gives the bytes of the file, from header to footer; it is not closed, and need not be read to its end
     *     if the outcome is a refusal
     * @param bytes how many there are
     * @param replace whether a snapshot that has this key is replaced; if not, the outcome is
     *     {@link SaveResult.Outcome#ALREADY_PRESENT}, whatever is in it
     * @throws dev.kvc.format.KvcFormatException if it breaks a rule of the format, with its kind; nothing is left
     *     behind
     * @throws IOException if it cannot be read or written; likewise
     */
    public SaveResult adopt(KvcKey key, ReadableByteChannel file, long bytes, boolean replace) throws IOException {
        return store.adopt(id(key), file, bytes, replace);
    }

    /**
     * The file of the snapshot of this key, for who copies it or looks at its bytes; empty if there is none. It may be
     * replaced or removed at any time, and is not to be written.
     */
    public Optional<Path> file(KvcKey key) throws IOException {
        return store.file(id(key));
    }

    /** Releases the directory, if this is the root; closing the view of a namespace does nothing. */
    @Override
    public void close() throws IOException {
        if (namespace.isDefault()) {
            store.close();
        }
    }

    /** The directory and the namespace. */
    @Override
    public String toString() {
        return "FileSystemKvStore[" + store.directory() + (namespace.isDefault() ? "]" : ", " + namespace + "]");
    }

    /**
     * Settings of a store. {@link #budget} or {@link #budgetMiB} is required. A second call of a setter is an error.
     *
     * <p>Not safe for use by several threads.
     */
    public static final class Builder {
        private static final System.Logger LOG = System.getLogger("dev.kvc.store.fs");
        private static final DataSize BUDGET_FLOOR = DataSize.ofMebibytes(64);

        private final Path directory;
        private final List<String> problems = new ArrayList<>();
        private @Nullable DataSize budget;
        private @Nullable DataSize minFreeSpace;
        private @Nullable Duration maxAge;
        private @Nullable Duration maxIdle;
        private @Nullable Double lowWatermark;
        private @Nullable Double maxPinned;
        private @Nullable Long minTokens;
        private @Nullable DataSize maxWritesPerDay;
        private @Nullable Durability durability;
        private @Nullable DataSize pastCache;
        private @Nullable DataSize maxText;
        private @Nullable Integer readThreads;
        private @Nullable Duration lockTimeout;
        private @Nullable OpenMode mode;
        private boolean textsFirst;
        private @Nullable InstantSource clock;
        private @Nullable EvictionPolicyFactory policy;
        private @Nullable List<StoreListener> listeners;

        private Builder(Path directory) {
            this.directory = directory;
        }

        /** The bytes that the directory may hold; 1 or more, with no floor. */
        public Builder budget(DataSize value) {
            requireUnset("budget", budget);
            require(value.bytes() > 0, "budget is " + value + "; it must be more than 0");
            budget = value;
            return this;
        }

        /** The same as the reference implementation takes it: in MiB, and raised to 64 where it is less. */
        public Builder budgetMiB(long value) {
            long most = Long.MAX_VALUE >> 20;
            require(value >= 0 && value <= most, "budgetMiB is " + value + "; it must be 0 to " + most);
            return budget(raised(DataSize.ofMebibytes(Math.min(Math.max(0, value), most))));
        }

        private DataSize raised(DataSize value) {
            if (value.compareTo(BUDGET_FLOOR) < 0) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "the budget of {0} for {1} is raised to {2}, the least there is",
                        value,
                        directory,
                        BUDGET_FLOOR);
                return BUDGET_FLOOR;
            }
            return value;
        }

        /** Bytes that a save leaves free on the file system, evicting if it must; none by default. */
        public Builder minFreeSpace(DataSize value) {
            requireUnset("minFreeSpace", minFreeSpace);
            minFreeSpace = value;
            return this;
        }

        /** How old a snapshot may get; an older one is a miss and the next to be removed. No limit by default. */
        public Builder maxAge(Duration value) {
            requireUnset("maxAge", maxAge);
            requirePositive("maxAge", value);
            maxAge = value;
            return this;
        }

        /** How long a snapshot may go unused; likewise. No limit by default. */
        public Builder maxIdle(Duration value) {
            requireUnset("maxIdle", maxIdle);
            requirePositive("maxIdle", value);
            maxIdle = value;
            return this;
        }

        /** Share of the budget that an eviction frees beyond the need, 0 to 0.5; 0.02 by default. */
        public Builder lowWatermark(double value) {
            requireUnset("lowWatermark", lowWatermark);
            require(value >= 0 && value <= 0.5, "lowWatermark is " + value + "; it must be 0 to 0.5");
            lowWatermark = value;
            return this;
        }

        /**
         * Share of the budget that pins hold at most, 0 to 1; 0.5 by default. Keys that were pinned first are held
         * first: a pin beyond it holds nothing, so that forgotten pins cannot fill the directory.
         */
        public Builder maxPinned(double value) {
            requireUnset("maxPinned", maxPinned);
            require(value >= 0 && value <= 1, "maxPinned is " + value + "; it must be 0 to 1");
            maxPinned = value;
            return this;
        }

        /**
         * The tokens that a snapshot must cover to be {@linkplain SaveResult.Outcome#NOT_ADMITTED admitted}, 0 to
         * 2^32-1; 0 by default. Short ones cost more than they save.
         */
        public Builder minTokens(long value) {
            requireUnset("minTokens", minTokens);
            require(
                    value >= 0 && value <= KvcHeader.MAX_TOKEN_COUNT,
                    "minTokens is " + value + "; it must be 0 to " + KvcHeader.MAX_TOKEN_COUNT);
            minTokens = value;
            return this;
        }

        /**
         * Bytes that saves may write within 24 hours; a save beyond them is {@linkplain SaveResult.Outcome#THROTTLED
         * throttled}. No limit by default. Counted from when the store is opened, for this store alone.
         */
        public Builder maxWritesPerDay(DataSize value) {
            requireUnset("maxWritesPerDay", maxWritesPerDay);
            require(value.bytes() > 0, "maxWritesPerDay is " + value + "; it must be more than 0");
            maxWritesPerDay = value;
            return this;
        }

        /** What saves wait for that do not say it themselves; {@link Durability#PAGE_CACHE} by default. */
        public Builder durability(Durability value) {
            requireUnset("durability", durability);
            durability = value;
            return this;
        }

        /**
         * The size of a file, more than 0, from which on it is written past the page cache, so that a large save does
         * not push out what others read; it is then no faster than the disk, and the next load reads from the disk.
         * None by default. Does nothing where the file system cannot.
         */
        public Builder pastCache(DataSize value) {
            requireUnset("pastCache", pastCache);
            require(value.bytes() > 0, "pastCache is " + value + "; it must be more than 0");
            pastCache = value;
            return this;
        }

        /** The longest text that is read or saved, up to 2^31-9 bytes; 64 MiB by default. */
        public Builder maxText(DataSize value) {
            requireUnset("maxText", maxText);
            require(
                    value.bytes() <= Integer.MAX_VALUE - 8,
                    "maxText is " + value + "; it must be at most 2147483639 bytes");
            maxText = value;
            return this;
        }

        /**
         * Threads that share the copying and verifying of a payload of 8 MiB or more, the caller's included, 1 to 64;
         * by default as many as there are processors, 4 at most. Each takes a buffer of 1 MiB while it verifies. All
         * loads of a store share them: under many loads at once each goes on with its own thread.
         */
        public Builder readThreads(int value) {
            requireUnset("readThreads", readThreads);
            require(
                    value >= 1 && value <= BlockWorkers.MAX_THREADS,
                    "readThreads is " + value + "; it must be 1 to " + BlockWorkers.MAX_THREADS);
            readThreads = value;
            return this;
        }

        /** How long an eviction waits for that of another thread or process; 10 s by default. */
        public Builder lockTimeout(Duration value) {
            requireUnset("lockTimeout", lockTimeout);
            requirePositive("lockTimeout", value);
            lockTimeout = value;
            return this;
        }

        /** What opening the directory may change, and what may be changed then; {@link OpenMode#SERVE} by default. */
        public Builder mode(OpenMode value) {
            requireUnset("mode", mode);
            mode = value;
            return this;
        }

        /**
         * Reads the texts of all snapshots before the store answers, so that it knows at once how they begin each
         * other: for tools, whose one question depends on it. By default they are read in the background, slowly.
         */
        public Builder textsFirst() {
            require(!textsFirst, "textsFirst was already set");
            textsFirst = true;
            return this;
        }

        /** The time; the system's by default. */
        public Builder clock(InstantSource value) {
            requireUnset("clock", clock);
            clock = value;
            return this;
        }

        /**
         * Chooses what is evicted; by default {@link EvictionPolicies#prefixAware}, which earned it on public traces.
         */
        public Builder policy(EvictionPolicyFactory value) {
            requireUnset("policy", policy);
            policy = value;
            return this;
        }

        /** Are told what the store does; none by default. */
        public Builder listeners(Collection<? extends StoreListener> values) {
            requireUnset("listeners", listeners);
            listeners = List.copyOf(values);
            return this;
        }

        /**
         * Takes what {@code settings} name: {@code budget} (raised to 64 MiB where it is less), {@code policy},
         * {@code min-free}, {@code max-age}, {@code max-idle}, {@code low-watermark}, {@code max-pinned},
         * {@code min-tokens}, {@code max-writes-per-day}, {@code durability}, {@code past-cache}, {@code max-text},
         * {@code read-threads}. What is wrong with a value is a problem of {@code settings}.
         *
         * @param policies finds a policy by its name, or throws {@code IllegalArgumentException}
         */
        public Builder settings(Settings settings, Function<String, EvictionPolicyFactory> policies) {
            settings.read("budget", "a size above 0 such as 512MiB or 8GiB", text -> {
                        DataSize size = DataSize.parse(text);
                        return size.bytes() == 0 ? null : raised(size);
                    })
                    .ifPresent(this::budget);
            settings.read("policy", "the name of an eviction policy", name -> policies.apply(name))
                    .ifPresent(this::policy);
            settings.size("min-free").ifPresent(this::minFreeSpace);
            positive(settings, "max-age").ifPresent(this::maxAge);
            positive(settings, "max-idle").ifPresent(this::maxIdle);
            settings.number("low-watermark", 0, 0.5).ifPresent(this::lowWatermark);
            settings.number("max-pinned", 0, 1).ifPresent(this::maxPinned);
            settings.count("min-tokens", 0, KvcHeader.MAX_TOKEN_COUNT).ifPresent(this::minTokens);
            sizeAboveZero(settings, "max-writes-per-day").ifPresent(this::maxWritesPerDay);
            sizeAboveZero(settings, "past-cache").ifPresent(this::pastCache);
            settings.oneOf("durability", Durability.class).ifPresent(this::durability);
            settings.read("max-text", "a size of at most 2147483639 bytes", text -> {
                        DataSize size = DataSize.parse(text);
                        return size.bytes() <= Integer.MAX_VALUE - 8 ? size : null;
                    })
                    .ifPresent(this::maxText);
            settings.count("read-threads", 1, BlockWorkers.MAX_THREADS)
                    .ifPresent(value -> readThreads(value.intValue()));
            return this;
        }

        private static Optional<DataSize> sizeAboveZero(Settings settings, String name) {
            return settings.read(name, "a size above 0 such as 64GiB", text -> {
                DataSize size = DataSize.parse(text);
                return size.bytes() == 0 ? null : size;
            });
        }

        private static Optional<Duration> positive(Settings settings, String name) {
            Optional<Duration> duration = settings.duration(name);
            if (duration.isPresent() && duration.get().isZero()) {
                settings.problem(name + " is \"" + duration.get() + "\"; it must be longer than 0");
                return Optional.empty();
            }
            return duration;
        }

        /**
         * Opens the store. Exact loads work at once; everything else waits until the directory has been read, which
         * goes on in the background. The caller closes the store.
         *
         * @throws IllegalArgumentException if a setting is wrong or the budget is missing, naming each
         * @throws IOException if the directory cannot be made or read, or is no directory
         */
        public FileSystemKvStore open() throws IOException {
            require(budget != null, "budget is not set");
            requireNoProblem();
            EvictionPolicyFactory chosen = policy == null ? EvictionPolicies.prefixAware() : policy;
            return new FileSystemKvStore(
                    DirectoryStore.open(directory, build(), chosen.create(), listeners == null ? List.of() : listeners),
                    Namespace.DEFAULT);
        }

        /**
         * Reads every file of the directory as the store would, whatever its age, and says what is not in order. The
         * budget need not be set. The directory may be in use.
         *
         * @throws IllegalArgumentException if a setting is wrong, naming each
         * @throws IOException if the directory is not there or cannot be read, or what is to be mended cannot be
         */
        public VerifyReport verify(VerifyOptions options) throws IOException {
            return verify(options, (files, bytes) -> {});
        }

        /** {@link #verify(VerifyOptions)} that tells how far it is. */
        public VerifyReport verify(VerifyOptions options, VerifyProgress progress) throws IOException {
            requireNoProblem();
            return DirectoryVerifier.verify(directory, build().withoutAgeLimits(), options, progress);
        }

        private void requireNoProblem() {
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException("the store of " + directory + ": " + String.join("; ", problems));
            }
        }

        private FileStoreSettings build() {
            return new FileStoreSettings(
                    budget == null ? Long.MAX_VALUE : budget.bytes(),
                    minFreeSpace == null ? 0 : minFreeSpace.bytes(),
                    maxAge,
                    maxIdle,
                    lowWatermark == null ? 0.02 : lowWatermark,
                    maxPinned == null ? 0.5 : maxPinned,
                    minTokens == null ? 0 : minTokens,
                    maxWritesPerDay == null ? Long.MAX_VALUE : maxWritesPerDay.bytes(),
                    durability == null ? Durability.PAGE_CACHE : durability,
                    pastCache == null ? Long.MAX_VALUE : pastCache.bytes(),
                    maxText == null ? KvcCodec.DEFAULT_MAX_TEXT_BYTES : (int) maxText.bytes(),
                    readThreads == null ? BlockWorkers.DEFAULT_THREADS : readThreads,
                    lockTimeout == null ? Duration.ofSeconds(10) : lockTimeout,
                    mode == null ? OpenMode.SERVE : mode,
                    textsFirst,
                    clock == null ? InstantSource.system() : clock);
        }

        private void requireUnset(String field, @Nullable Object value) {
            require(value == null, field + " was already set to " + value);
        }

        private void requirePositive(String field, Duration value) {
            require(!value.isNegative() && !value.isZero(), field + " is " + value + "; it must be longer than 0");
        }

        private void require(boolean rule, String problem) {
            if (!rule) {
                problems.add(problem);
            }
        }
    }
}
