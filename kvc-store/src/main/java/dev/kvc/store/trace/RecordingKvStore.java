package dev.kvc.store.trace;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.ForwardingKvStore;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.internal.FailureLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Optional;

/** A store whose requests are recorded. */
final class RecordingKvStore extends ForwardingKvStore {
    private final TraceWriter trace;
    private final InstantSource clock;
    private final FailureLog failures;

    private RecordingKvStore(KvStore store, TraceWriter trace, InstantSource clock, FailureLog failures) {
        super(store);
        this.trace = trace;
        this.clock = clock;
        this.failures = failures;
    }

    RecordingKvStore(KvStore store, TraceWriter trace, InstantSource clock) {
        this(store, trace, clock, new FailureLog("the recording of " + store));
    }

    /** What an event writes. */
    @FunctionalInterface
    private interface Event {
        void write(long atMillis) throws IOException;
    }

    private void record(Event event) {
        try {
            event.write(clock.millis());
        } catch (IOException e) {
            failures.failed("write", e);
        }
    }

    @Override
    public SaveResult save(KvcKey key, SnapshotDraft draft, SaveOptions options) throws IOException {
        long[] path = trace.path(draft.text());
        KvcHeader header = draft.header(clock.instant().getEpochSecond());
        SaveResult result = store().save(key, draft, options);
        if (result.outcome() != Outcome.FAILED) {
            record(now -> trace.save(
                    now,
                    id(key),
                    draft.textBytes(),
                    header.tokenCount(),
                    path,
                    result.bytes(),
                    header.saveReason(),
                    header.modelId()));
        }
        return result;
    }

    @Override
    public Optional<Snapshot> load(KvcKey key, LoadOptions options) throws IOException {
        Optional<Snapshot> found = store().load(key, options);
        if (options.countHit() && found.isPresent()) {
            ByteBuffer text = found.get().text();
            long tokens = found.get().info().header().tokenCount();
            record(now -> trace.lookup(now, namespace(), text.remaining(), tokens, trace.path(text), id(key)));
        }
        return found;
    }

    @Override
    public Optional<Snapshot> loadLongestPrefix(PrefixQuery query, LoadOptions options) throws IOException {
        Optional<Snapshot> found = store().loadLongestPrefix(query, options);
        if (options.countHit()) {
            SnapshotId id = found.map(snapshot -> snapshot.info().id()).orElse(null);
            ByteBuffer prompt = query.prompt();
            record(now -> trace.lookup(now, namespace(), prompt.remaining(), 0, trace.path(prompt), id));
        }
        return found;
    }

    @Override
    public KvStore in(Namespace namespace) {
        return namespace.equals(namespace())
                ? this
                : new RecordingKvStore(store().in(namespace), trace, clock, failures);
    }

    @Override
    public void close() throws IOException {
        super.close();
        if (namespace().isDefault()) {
            trace.close();
        }
    }
}
