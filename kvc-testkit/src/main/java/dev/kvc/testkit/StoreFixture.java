package dev.kvc.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.Capability;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.StoreListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every part of the contract stands on: one store for each test, a clock that stands still, a listener, a seed,
 * and words for saving and loading. After each test that left its store open, what the store says of itself must agree.
 */
abstract class StoreFixture {
    static final int KIB = 1 << 10;
    static final int MIB = 1 << 20;
    static final LoadOptions WITHOUT_HIT = LoadOptions.DEFAULT.withoutHit();

    @RegisterExtension
    final Seed seed = new Seed();

    final ManualClock clock = new ManualClock(Instant.parse("2026-02-03T04:05:06Z"));
    final RecordingListener events = new RecordingListener();

    private final List<StoreListener> listeners = new ArrayList<>(List.of(events));
    private final List<KvStore> opened = new ArrayList<>();
    private Path scratch;
    private @Nullable KvStore store;

    /**
     * Opens an empty store with no limit that 64 MiB of snapshots would reach. The test closes it.
     *
     * @param scratch an empty directory of the test's own, removed after it; a store that needs none leaves it alone
     * @param environment the clock, policies and listeners that the store is to use
     */
    protected abstract KvStore open(Path scratch, StoreEnvironment environment) throws Exception;

    /**
     * Opens a store that finds what another one left: for stores that are {@link Capability#DURABLE} or
     * {@link Capability#SHARED}.
     *
     * @param scratch the directory that {@link #open} was given before
     */
    protected KvStore reopen(Path scratch, StoreEnvironment environment) throws Exception {
        return open(scratch, environment);
    }

    /**
     * Opens a store that may hold so many bytes. By default the tests of budget and pins are skipped: override this if
     * the store has a budget.
     *
     * @param scratch as for {@link #open}, but a store that is {@link Capability#DURABLE} may have used it before
     * @param budgetBytes at least 1 MiB
     */
    protected KvStore openWithBudget(Path scratch, StoreEnvironment environment, long budgetBytes) throws Exception {
        return abort("the store under test has no budget: openWithBudget is not overridden");
    }

    /**
     * Whether an open snapshot stays readable when it is replaced, removed or evicted and when its store is closed, as
     * {@link KvStore} asks. A store over a service that cannot do so says so here and in its documentation.
     */
    protected boolean snapshotsOutliveTheirRemoval() {
        return true;
    }

    @BeforeEach
    void useScratch(@TempDir Path directory) {
        scratch = directory;
    }

    @AfterEach
    void validateAndClose() throws Exception {
        try {
            if (store != null && opened.contains(store)) {
                assertAgreesWithItself(store);
            }
        } finally {
            closeAll();
        }
    }

    private void closeAll() throws IOException {
        for (KvStore each : opened) {
            each.close();
        }
    }

    private static void assertAgreesWithItself(KvStore store) throws IOException {
        long listed = 0;
        for (Namespace namespace : store.namespaces()) {
            KvStore view = store.in(namespace);
            for (SnapshotInfo info : list(view)) {
                assertThat(view.stat(info.key())).as("stat of what is listed").contains(info);
                listed++;
            }
        }
        assertThat(store.stats().snapshots()).as("snapshots in stats").isEqualTo(listed);
    }

    /** The store under test; the first call opens it. */
    final KvStore store() throws Exception {
        if (store == null) {
            store = track(open(scratch, environment()));
        }
        return store;
    }

    /** From now on the store under test is one with this budget. */
    final KvStore useBudget(long budgetBytes) throws Exception {
        store = track(openWithBudget(scratch, environment(), budgetBytes));
        return store;
    }

    /** Has the store under test, which is not open yet, tell one more listener. */
    final void listen(StoreListener listener) {
        listeners.add(0, listener);
    }

    /** Closes the store under test, which the test may go on asking. */
    final KvStore close() throws Exception {
        KvStore closed = store();
        closed.close();
        opened.remove(closed);
        return closed;
    }

    /** Closes the store under test and opens it again. */
    final KvStore restart() throws Exception {
        close();
        store = track(reopen(scratch, environment()));
        return store;
    }

    /** Opens a second store over the same snapshots while the store under test is open. */
    final KvStore openAnother() throws Exception {
        return track(reopen(scratch, environment()));
    }

    private KvStore track(KvStore newlyOpened) {
        opened.add(newlyOpened);
        return newlyOpened;
    }

    final Path scratch() {
        return scratch;
    }

    private StoreEnvironment environment() {
        return new StoreEnvironment(clock, EvictionPolicies.load()::byName, listeners);
    }

    /** Skips the test if the store under test cannot do what it is about. */
    final void assumeCapable(Capability capability) throws Exception {
        assumeTrue(
                store().capabilities().contains(capability), () -> "the store under test does not claim " + capability);
    }

    final void assumeSnapshotsOutliveTheirRemoval() {
        assumeTrue(snapshotsOutliveTheirRemoval(), "snapshots of the store under test do not outlive their removal");
    }

    /** A draft with a payload of its own and every gate set. */
    static SnapshotDraft.Builder draft(String text) {
        return draft(text, SeededPayload.of(text));
    }

    static SnapshotDraft.Builder draft(String text, SeededPayload payload) {
        return draft(text, payload, header -> header);
    }

    /**
     * A draft whose header is another one than that of {@link #draft(String)}.
     *
     * @param change sets the fields that differ
     */
    static SnapshotDraft.Builder draft(String text, SeededPayload payload, UnaryOperator<KvcHeader.Builder> change) {
        KvcHeader usual = KvcHeader.builder()
                .tokenCount(text.length())
                .contextSize(4096)
                .quantBits(4)
                .modelId(1)
                .payloadAbi(2)
                .build();
        KvcHeader header = change.apply(usual.toBuilder()).build();
        return SnapshotDraft.builder()
                .text(text)
                .payload(payload)
                .tokenCount(header.tokenCount())
                .contextSize(header.contextSize())
                .quantBits(header.quantBits())
                .saveReason(header.saveReason())
                .modelId(header.modelId())
                .payloadAbi(header.payloadAbi())
                .extensionFlags(header.extensionFlags());
    }

    /** Saves a snapshot for each text. */
    final void save(String... texts) throws Exception {
        for (String text : texts) {
            assertWritten(store().save(draft(text).build()));
        }
    }

    /** Fails unless the save wrote, or will write, a snapshot under a key that was free. */
    static void assertWritten(SaveResult result) {
        assertThat(result.outcome()).isIn(Outcome.STORED, Outcome.QUEUED);
    }

    /** Fails unless the save wrote, or will write, a snapshot over another one. */
    static void assertReplaced(SaveResult result) {
        assertThat(result.outcome()).isIn(Outcome.REPLACED, Outcome.QUEUED);
    }

    /** Loads the snapshot of a text, which the caller closes. */
    final Snapshot load(String text) throws Exception {
        return present(store().load(KvcKey.of(text)), text);
    }

    static <T> T present(Optional<T> found, String what) {
        assertThat(found).as(what).isPresent();
        return found.orElseThrow();
    }

    /** Loads the snapshot of a text once, as a hit. */
    final void hit(String text) throws Exception {
        load(text).close();
    }

    final SnapshotInfo stat(String text) throws Exception {
        return present(store().stat(KvcKey.of(text)), text);
    }

    /** Fails unless {@code view} serves the snapshots that {@link #save} saves for these texts. */
    static void assertServed(KvStore view, String... texts) throws IOException {
        for (String text : texts) {
            assertServed(view, KvcKey.of(text), text, SeededPayload.of(text));
        }
    }

    static void assertServed(KvStore view, KvcKey key, String text, SeededPayload payload) throws IOException {
        try (Snapshot snapshot = present(view.load(key, WITHOUT_HIT), text)) {
            assertIs(snapshot, text, payload);
        }
    }

    static void assertIs(Snapshot snapshot, String text, SeededPayload payload) throws IOException {
        assertThat(StandardCharsets.UTF_8.decode(snapshot.text()).toString()).isEqualTo(text);
        assertThat(snapshot.info().textBytes()).isEqualTo(snapshot.text().remaining());
        assertThat(snapshot.info().header().payloadBytes()).isEqualTo(payload.size());
        payload.assertIs(snapshot.payload());
    }

    /** Fails if {@code view} knows a snapshot of one of these texts, by whatever way. */
    static void assertNotServed(KvStore view, String... texts) throws IOException {
        for (String text : texts) {
            assertThat(view.load(KvcKey.of(text), WITHOUT_HIT))
                    .as("load of %s", text)
                    .isEmpty();
            assertThat(view.stat(KvcKey.of(text))).as("stat of %s", text).isEmpty();
            assertThat(view.contains(KvcKey.of(text))).as("contains %s", text).isFalse();
            assertThat(list(view)).extracting(SnapshotInfo::key).doesNotContain(KvcKey.of(text));
        }
    }

    static List<SnapshotInfo> list(KvStore view) throws IOException {
        try (Stream<SnapshotInfo> all = view.list()) {
            return all.toList();
        }
    }

    static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
