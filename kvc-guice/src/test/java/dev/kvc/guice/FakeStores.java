package dev.kvc.guice;

import dev.kvc.format.KvcKey;
import dev.kvc.store.Capability;
import dev.kvc.store.KvStore;
import dev.kvc.store.KvStoreProvider;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.StoreStats;
import dev.kvc.store.StoreUri;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Empty stores that say when they are opened and closed. {@code fake:broken} cannot be opened, {@code fake:stuck} not
 * be closed, {@code fake:remote} is over a network.
 */
final class FakeStores implements KvStoreProvider {
    final List<String> events = new ArrayList<>();
    final List<StoreEnvironment> environments = new ArrayList<>();

    @Override
    public String scheme() {
        return "fake";
    }

    @Override
    public KvStore open(StoreUri uri, StoreEnvironment environment) throws IOException {
        if (uri.location().startsWith("broken")) {
            throw new IOException(uri + " is out of order");
        }
        environments.add(environment);
        events.add("open " + uri);
        return new Fake(uri);
    }

    /** A store that holds nothing. */
    final class Fake implements KvStore {
        final StoreUri uri;

        private Fake(StoreUri uri) {
            this.uri = uri;
        }

        @Override
        public SaveResult save(KvcKey key, SnapshotDraft draft, SaveOptions options) throws IOException {
            throw new IOException(uri + " is read-only");
        }

        @Override
        public Optional<Snapshot> load(KvcKey key, LoadOptions options) {
            return Optional.empty();
        }

        @Override
        public Optional<SnapshotInfo> stat(KvcKey key) {
            return Optional.empty();
        }

        @Override
        public boolean remove(KvcKey key) {
            return false;
        }

        @Override
        public Stream<SnapshotInfo> list() {
            return Stream.empty();
        }

        @Override
        public Set<Capability> capabilities() {
            return uri.location().startsWith("remote")
                    ? EnumSet.of(Capability.REMOTE)
                    : EnumSet.noneOf(Capability.class);
        }

        @Override
        public StoreStats stats() {
            return new StoreStats(0, 0, Map.of(), Map.of(), 0, 0, 0, 0, 0, 0, Long.MAX_VALUE);
        }

        @Override
        public void close() throws IOException {
            events.add("close " + uri);
            if (uri.location().startsWith("stuck")) {
                throw new IOException(uri + " cannot be closed");
            }
        }
    }
}
