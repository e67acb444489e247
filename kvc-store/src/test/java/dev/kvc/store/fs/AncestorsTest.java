package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.eviction.EvictionContext;
import dev.kvc.eviction.EvictionPolicy;
import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.eviction.LruPolicy;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.eviction.SnapshotMetadata;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.PrefixMatch;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a directory's policy is told of ancestors, and what a match says of where a prompt goes its own way. */
@Timeout(60)
class AncestorsTest {
    private static final String SYSTEM = "You are a careful engineer. ".repeat(60);
    private static final String FIRST = SYSTEM + "User: What is a snapshot? ";
    private static final String SECOND = FIRST + "Assistant: The state of an engine. ".repeat(40);
    private static final String OTHER = SYSTEM + "User: Name the oceans. ".repeat(50);

    @TempDir
    Path directory;

    private final Listening policy = new Listening();

    /** Keeps what it is told; victims are those of the least recently used. */
    private static final class Listening implements EvictionPolicy, EvictionPolicyFactory {
        private final LruPolicy lru = new LruPolicy();
        private final Map<SnapshotId, @Nullable SnapshotId> ancestors = Collections.synchronizedMap(new HashMap<>());
        private final List<EvictionContext> contexts = new ArrayList<>();

        @Override
        public String name() {
            return "listening";
        }

        @Override
        public EvictionPolicy create() {
            return this;
        }

        @Override
        public boolean usesAncestors() {
            return true;
        }

        @Override
        public void inserted(SnapshotMetadata snapshot) {
            lru.inserted(snapshot);
            ancestors.put(snapshot.id(), snapshot.ancestor());
        }

        @Override
        public void hit(SnapshotMetadata snapshot) {
            lru.hit(snapshot);
            assertThat(ancestors).containsEntry(snapshot.id(), snapshot.ancestor());
        }

        @Override
        public void removed(SnapshotId id) {
            lru.removed(id);
            ancestors.remove(id);
        }

        @Override
        public void relinked(SnapshotId id, @Nullable SnapshotId ancestor) {
            assertThat(ancestors).containsKey(id);
            ancestors.put(id, ancestor);
        }

        @Override
        public Iterator<SnapshotId> victims(EvictionContext context) {
            contexts.add(context);
            return lru.victims(context);
        }
    }

    private FileSystemKvStore open() throws IOException {
        return FileSystemKvStore.builder(directory)
                .budget(DataSize.ofBytes(64 << 10))
                .lowWatermark(0)
                .policy(policy)
                .open();
    }

    private static SnapshotId id(String text) {
        return new SnapshotId(Namespace.DEFAULT, KvcKey.of(text));
    }

    private void awaitAncestor(String text, @Nullable String ancestor) {
        @Nullable SnapshotId expected = ancestor == null ? null : id(ancestor);
        while (!(policy.ancestors.containsKey(id(text)) && Objects.equals(policy.ancestors.get(id(text)), expected))) {
            Thread.onSpinWait();
        }
    }

    private void assertAncestor(String text, @Nullable String ancestor) {
        assertThat(policy.ancestors).containsEntry(id(text), ancestor == null ? null : id(ancestor));
    }

    @Test
    void a_policy_is_told_the_nearest_ancestor_of_what_is_saved() throws IOException {
        try (FileSystemKvStore store = open()) {
            for (String text : List.of(SYSTEM, FIRST, OTHER, SECOND)) {
                store.save(draft(text, 100));
            }
            assertAncestor(SYSTEM, null);
            assertAncestor(FIRST, SYSTEM);
            assertAncestor(SECOND, FIRST);
            assertAncestor(OTHER, SYSTEM);
            assertThat(store.load(KvcKey.of(SECOND))).get().satisfies(snapshot -> snapshot.close());
        }
    }

    @Test
    void an_ancestor_that_comes_late_is_told_to_its_descendants() throws IOException {
        try (FileSystemKvStore store = open()) {
            for (String text : List.of(SECOND, OTHER, FIRST, SYSTEM)) {
                store.save(draft(text, 100));
            }
            awaitAncestor(SECOND, FIRST);
            awaitAncestor(FIRST, SYSTEM);
            awaitAncestor(OTHER, SYSTEM);
        }
    }

    @Test
    void who_loses_its_ancestor_has_the_next_one() throws IOException {
        try (FileSystemKvStore store = open()) {
            for (String text : List.of(SYSTEM, FIRST, SECOND)) {
                store.save(draft(text, 100));
            }
            store.remove(KvcKey.of(FIRST));
            assertAncestor(SECOND, SYSTEM);
            store.remove(KvcKey.of(SYSTEM));
            assertAncestor(SECOND, null);
        }
    }

    @Test
    void a_replacement_keeps_its_place_among_the_others() throws IOException {
        try (FileSystemKvStore store = open()) {
            for (String text : List.of(SYSTEM, FIRST, SECOND, FIRST)) {
                store.save(draft(text, 100));
            }
            assertAncestor(FIRST, SYSTEM);
            assertAncestor(SECOND, FIRST);
        }
    }

    @Test
    void after_a_restart_ancestors_are_learnt_from_the_texts_on_disk() throws IOException {
        try (FileSystemKvStore store = open()) {
            for (String text : List.of(SYSTEM, FIRST, SECOND, OTHER)) {
                store.save(draft(text, 100));
            }
        }
        policy.ancestors.clear();
        try (FileSystemKvStore store = open()) {
            store.openReport();
            awaitAncestor(SECOND, FIRST);
            awaitAncestor(FIRST, SYSTEM);
            awaitAncestor(OTHER, SYSTEM);
            assertAncestor(SYSTEM, null);
            assertThat(store.stats().hits()).isZero();
        }
    }

    @Test
    void what_another_process_saves_is_learnt_too() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(draft(SYSTEM, 100));
            Fixtures.placeReferenceFile(directory, SECOND, 100, 1_700_000_000);
            assertThat(store.contains(KvcKey.of(SECOND))).isTrue();
            store.stat(KvcKey.of(OTHER)); // learning begins with requests
            awaitAncestor(SECOND, SYSTEM);
        }
    }

    @Test
    void a_snapshot_under_a_key_of_its_own_is_nobodys_ancestor() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(KvcKey.of("a title"), draft(SYSTEM, 100), SaveOptions.DEFAULT);
            store.save(draft(FIRST, 100));
            assertAncestor(FIRST, null);
        }
        policy.ancestors.clear();
        try (FileSystemKvStore store = open()) {
            store.openReport();
            store.save(draft(SYSTEM + "?", 100));
            store.save(draft(SECOND, 100));
            awaitAncestor(SECOND, FIRST);
            assertAncestor(FIRST, null);
        }
    }

    @Test
    void ancestors_do_not_cross_namespaces() throws IOException {
        try (FileSystemKvStore store = open()) {
            KvStore tenant = store.in(Namespace.of("tenant"));
            store.save(draft(SYSTEM, 100));
            tenant.save(draft(FIRST, 100));
            assertThat(policy.ancestors).containsEntry(tenant.id(KvcKey.of(FIRST)), null);
            assertThat(tenant.match(PrefixQuery.of(OTHER)).divergesAt()).isEqualTo(wholeBlocks(SYSTEM));
            assertThat(store.in(Namespace.of("third"))
                            .match(PrefixQuery.of(OTHER))
                            .divergesAt())
                    .isZero();
        }
    }

    @Test
    void the_incoming_snapshot_is_described_with_its_ancestor() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(draft(SYSTEM, 100));
            store.save(draft("filler", 60_000));
            store.save(draft(FIRST, 10_000));
            assertThat(policy.contexts).hasSize(1);
            assertThat(policy.contexts.get(0).incoming())
                    .get()
                    .extracting(SnapshotMetadata::ancestor)
                    .isEqualTo(id(SYSTEM));
        }
    }

    private static int wholeBlocks(String text) {
        return text.length() / 512 * 512;
    }

    @Test
    void u31_a_match_says_where_the_prompt_goes_its_own_way() throws IOException {
        try (FileSystemKvStore store = open()) {
            assertThat(store.match(PrefixQuery.of(OTHER)).divergesAt()).isZero();
            store.save(draft(SECOND, 100));
            PrefixMatch missed = store.match(PrefixQuery.of(OTHER));
            assertThat(missed.best()).isEmpty();
            assertThat(missed.divergesAt()).isEqualTo(wholeBlocks(SYSTEM));
            assertThat(missed.branchPoint()).hasValue(wholeBlocks(SYSTEM));

            store.save(draft(OTHER.substring(0, missed.divergesAt()), 100));
            PrefixMatch hit = store.match(PrefixQuery.of(OTHER));
            assertThat(hit.best()).isPresent();
            assertThat(hit.divergesAt()).isEqualTo(wholeBlocks(SYSTEM));
            assertThat(hit.branchPoint()).isEmpty();
            assertAncestor(SECOND, OTHER.substring(0, missed.divergesAt()));
        }
    }

    @Test
    void a_file_whose_text_cannot_be_read_is_left_for_a_load_to_judge() throws IOException {
        Files.write(directory.resolve(KvcKey.of(FIRST) + ".kv"), new byte[10]);
        Fixtures.placeReferenceFile(directory, SECOND, 100, 1_700_000_000);
        Fixtures.placeReferenceFile(directory, SYSTEM, 100, 1_600_000_000);
        try (FileSystemKvStore store = open()) {
            store.openReport();
            awaitAncestor(SECOND, SYSTEM);
            assertThat(Files.size(directory.resolve(KvcKey.of(FIRST) + ".kv"))).isEqualTo(10);
        }
    }
}
