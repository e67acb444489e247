package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.eviction.EvictionContext;
import dev.kvc.eviction.EvictionPolicy;
import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.eviction.SnapshotMetadata;
import dev.kvc.faultfs.Operation;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.DataSize;
import dev.kvc.store.Pin;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a policy does, the store keeps its files, its counts and its budget. */
@Timeout(60)
class BrokenPolicyTest {
    private static final int PAYLOAD = 1000;
    private static final long EACH = 52 + 1 + PAYLOAD + 44;

    @TempDir
    Path directory;

    private FileSystemKvStore open(EvictionPolicy policy) throws IOException {
        return FileSystemKvStore.builder(directory)
                .budget(DataSize.ofBytes(3 * EACH))
                .lowWatermark(0)
                .policy(new EvictionPolicyFactory() {
                    @Override
                    public String name() {
                        return "broken";
                    }

                    @Override
                    public EvictionPolicy create() {
                        return policy;
                    }
                })
                .open();
    }

    private long bytesOnDisk() throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(file -> !file.endsWith(".kvc.lock")).toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    private static SnapshotId id(String text) {
        return new SnapshotId(Namespace.DEFAULT, KvcKey.of(text));
    }

    /** Names nothing, and remembers what it was told. */
    private static class Scripted implements EvictionPolicy {
        final List<String> events = new ArrayList<>();

        @Override
        public void inserted(SnapshotMetadata snapshot) {
            events.add("inserted " + snapshot.id());
        }

        @Override
        public void hit(SnapshotMetadata snapshot) {
            events.add("hit " + snapshot.id());
        }

        @Override
        public void removed(SnapshotId id) {
            events.add("removed " + id);
        }

        @Override
        public void relinked(SnapshotId id, @Nullable SnapshotId ancestor) {}

        @Override
        public Iterator<SnapshotId> victims(EvictionContext context) {
            return List.<SnapshotId>of().iterator();
        }
    }

    @Test
    void one_that_throws_harms_no_request_and_no_count() throws IOException {
        EvictionPolicy throwing = new Scripted() {
            @Override
            public void inserted(SnapshotMetadata snapshot) {
                throw new IllegalStateException("inserted");
            }

            @Override
            public void hit(SnapshotMetadata snapshot) {
                throw new IllegalStateException("hit");
            }

            @Override
            public void removed(SnapshotId id) {
                throw new IllegalStateException("removed");
            }

            @Override
            public Iterator<SnapshotId> victims(EvictionContext context) {
                throw new IllegalStateException("victims");
            }
        };
        try (FileSystemKvStore store = open(throwing)) {
            for (String text : List.of("a", "b", "c", "a")) {
                assertThat(store.save(draft(text, PAYLOAD)).isLoadable()).isTrue();
                store.load(KvcKey.of(text)).orElseThrow().close();
            }
            assertThat(store.stats().bytes()).isEqualTo(3 * EACH).isEqualTo(bytesOnDisk());
            assertThat(store.save(draft("d", PAYLOAD)).outcome()).isEqualTo(Outcome.NO_ROOM);
            assertThat(store.remove(KvcKey.of("a"))).isTrue();
            assertThat(store.save(draft("d", PAYLOAD)).outcome()).isEqualTo(Outcome.STORED);
            assertThat(store.evictToBudget()).isZero();
            assertThat(store.stats().bytes()).isEqualTo(3 * EACH).isEqualTo(bytesOnDisk());
        }
    }

    @Test
    void one_that_names_strangers_or_the_same_for_ever_evicts_what_it_named_and_ends() throws IOException {
        EvictionPolicy endless = new NamingForEver(id("a"));
        try (FileSystemKvStore store = open(endless)) {
            for (String text : List.of("a", "b", "c")) {
                store.save(draft(text, PAYLOAD));
            }
            assertThat(store.save(draft("d", PAYLOAD)).evicted()).isEqualTo(1);
            assertThat(store.contains(KvcKey.of("a"))).isFalse();
            assertThat(store.save(draft("e", PAYLOAD)).outcome()).isEqualTo(Outcome.NO_ROOM);
            assertThat(store.stats().bytes()).isEqualTo(3 * EACH).isEqualTo(bytesOnDisk());
        }
    }

    private static final class NamingForEver extends Scripted {
        private final SnapshotId id;

        NamingForEver(SnapshotId id) {
            this.id = id;
        }

        @Override
        public Iterator<SnapshotId> victims(EvictionContext context) {
            return Stream.iterate(id("stranger"), last -> id).iterator();
        }
    }

    @Test
    void one_that_names_null_has_named_what_it_named_before() throws IOException {
        EvictionPolicy policy = new Scripted() {
            @Override
            public Iterator<SnapshotId> victims(EvictionContext context) {
                return Arrays.asList(id("a"), null, id("b")).iterator();
            }
        };
        try (FileSystemKvStore store = open(policy)) {
            for (String text : List.of("a", "b", "c")) {
                store.save(draft(text, PAYLOAD));
            }
            assertThat(store.save(draft("d", 2 * PAYLOAD)).outcome()).isEqualTo(Outcome.NO_ROOM);
            assertThat(store.save(draft("d", PAYLOAD)).evicted()).isEqualTo(1);
            assertThat(store.contains(KvcKey.of("b"))).isTrue();
        }
    }

    /** A removal may age the others: a snapshot that is replaced is not gone. */
    @Test
    void a_replacement_is_told_as_an_insertion_alone() throws IOException {
        Scripted policy = new Scripted();
        try (FileSystemKvStore store = open(policy)) {
            store.save(draft("a", PAYLOAD));
            store.save(draft("a", PAYLOAD));
        }
        assertThat(policy.events).containsExactly("inserted " + id("a"), "inserted " + id("a"));
    }

    @Test
    void a_pin_that_comes_between_the_plan_and_the_deletion_still_holds() throws IOException {
        FileSystemKvStore[] opened = new FileSystemKvStore[1];
        Path watched = Fixtures.watched(directory, (operation, path) -> {
            if (operation == Operation.DELETE && path.endsWith(KvcKey.of("a") + ".kv")) {
                opened[0].pin(KvcKey.of("b"), null);
            }
        });
        try (FileSystemKvStore store = FileSystemKvStore.builder(watched)
                .budget(DataSize.ofBytes(3 * EACH))
                .lowWatermark(0)
                .open()) {
            opened[0] = store;
            for (String text : List.of("a", "b", "c")) {
                store.save(draft(text, PAYLOAD));
            }
            assertThat(store.save(draft("d", 2 * PAYLOAD)).outcome()).isEqualTo(Outcome.STORED);
            assertThat(store.contains(KvcKey.of("b"))).isTrue();
            assertThat(store.contains(KvcKey.of("c"))).isFalse();
        }
    }

    /** Names everything that it should not, in an order of its own, and throws at times. */
    private static final class Malicious extends Scripted {
        private final Random random;
        private final List<SnapshotId> names;

        Malicious(long seed, List<SnapshotId> names) {
            this.random = new Random(seed);
            this.names = names;
        }

        @Override
        public void removed(SnapshotId id) {
            if (random.nextInt(4) == 0) {
                throw new IllegalStateException("removed " + id);
            }
        }

        @Override
        public Iterator<SnapshotId> victims(EvictionContext context) {
            List<SnapshotId> named = new ArrayList<>(names);
            context.incoming().ifPresent(incoming -> named.add(incoming.id()));
            named.addAll(names);
            named.add(id("stranger"));
            Collections.shuffle(named, random);
            return named.iterator();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void one_that_names_what_is_off_limits_breaks_no_promise(long seed) throws IOException {
        List<String> texts = List.of("a", "b", "c", "d", "e", "f");
        Random random = new Random(seed);
        Malicious policy =
                new Malicious(seed, texts.stream().map(BrokenPolicyTest::id).toList());
        try (FileSystemKvStore store = open(policy);
                Pin pinned = store.pin(KvcKey.of("a"), null)) {
            assertThat(pinned).isNotNull();
            store.save(draft("a", PAYLOAD));
            for (int step = 0; step < 200; step++) {
                String wanted = texts.get(random.nextInt(texts.size()));
                String saved = texts.get(random.nextInt(texts.size()));
                boolean wasThere = store.contains(KvcKey.of(wanted));
                SaveResult result = store.save(
                        KvcKey.of(saved), draft(saved, PAYLOAD), SaveOptions.DEFAULT.protect(PrefixQuery.of(wanted)));
                assertThat(store.contains(KvcKey.of("a")))
                        .as("pinned, seed %s", seed)
                        .isTrue();
                assertThat(store.contains(KvcKey.of(wanted)) || !wasThere)
                        .as("protected, seed %s", seed)
                        .isTrue();
                assertThat(store.contains(KvcKey.of(saved)) || !result.isLoadable())
                        .as("the incoming, seed %s", seed)
                        .isTrue();
                if (random.nextInt(10) == 0 && !saved.equals("a") && result.isLoadable()) {
                    try (Snapshot rejected = store.load(KvcKey.of(saved)).orElseThrow()) {
                        rejected.reject();
                    }
                    assertThat(store.load(KvcKey.of(saved)))
                            .as("rejected, seed %s", seed)
                            .isEmpty();
                }
                assertThat(store.stats().bytes())
                        .as("bytes, seed %s", seed)
                        .isEqualTo(bytesOnDisk())
                        .isLessThanOrEqualTo(3 * EACH);
            }
        }
    }
}
