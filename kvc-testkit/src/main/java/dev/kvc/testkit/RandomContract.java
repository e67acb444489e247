package dev.kvc.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.Capability;
import dev.kvc.store.KvStore;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A long random sequence of everything a caller can do, on the store and on a map; both must agree after each step. */
abstract class RandomContract extends ConcurrencyContract {
    private static final int STEPS = 1_500;

    @Test
    void storeAgreesWithAMap() throws Exception {
        List<String> steps = new ArrayList<>();
        Walk walk = new Walk(store(), seed.random(), steps);
        try {
            for (int i = 0; i < STEPS; i++) {
                walk.step();
                if (i % 150 == 0) {
                    walk.compareAll();
                }
            }
            walk.compareAll();
        } catch (AssertionError failure) {
            List<String> last = steps.subList(Math.max(0, steps.size() - 20), steps.size());
            throw new AssertionError(
                    failure.getMessage() + " after " + steps.size() + " steps, the last: " + String.join("; ", last),
                    failure);
        }
    }

    /** The sequence: where it is, and what should be stored. */
    private final class Walk {
        private final KvStore root;
        private final Random random;
        private final List<String> steps;
        private final List<Namespace> namespaces;
        private final StoreModel model = new StoreModel();

        Walk(KvStore root, Random random, List<String> steps) {
            this.root = root;
            this.random = random;
            this.steps = steps;
            this.namespaces = root.capabilities().contains(Capability.NAMESPACES)
                    ? List.of(Namespace.DEFAULT, Namespace.of("alice"))
                    : List.of(Namespace.DEFAULT);
        }

        void step() throws Exception {
            Namespace namespace = namespaces.get(random.nextInt(namespaces.size()));
            String text = randomText(6);
            switch (random.nextInt(8)) {
                case 0, 1 -> save(namespace, KvcKey.of(text), text);
                case 2 -> save(namespace, KvcKey.of(text), randomText(6));
                case 3 -> remove(namespace, KvcKey.of(text));
                case 4 -> load(namespace, KvcKey.of(text));
                case 5 -> loadLongestPrefix(namespace, query(text + randomText(4)));
                case 6 -> match(namespace, query(text + randomText(4)));
                default -> clock.advance(Duration.ofSeconds(random.nextInt(1000)));
            }
        }

        private void save(Namespace namespace, KvcKey key, String text) throws Exception {
            SnapshotId id = new SnapshotId(namespace, key);
            boolean ifAbsent = random.nextInt(3) == 0;
            SeededPayload payload = new SeededPayload(random.nextLong(), random.nextInt(5_000));
            int modelId = random.nextInt(3);
            long context = 1024L * (1 + random.nextInt(2));
            SnapshotDraft draft = draft(
                            text, payload, header -> header.modelId(modelId).contextSize(context))
                    .build();
            SaveResult result =
                    root.in(namespace).save(key, draft, ifAbsent ? SaveOptions.IF_ABSENT : SaveOptions.DEFAULT);
            steps.add("save " + id + " of \"" + text + "\" if absent " + ifAbsent + ": " + result.outcome());
            StoreModel.Entry old = model.get(id);
            if (ifAbsent && old != null && old.servesAsWellAs(draft, text)) {
                assertThat(result.outcome()).isEqualTo(Outcome.ALREADY_PRESENT);
                return;
            }
            assertThat(result.outcome()).isIn(old == null ? Outcome.STORED : Outcome.REPLACED, Outcome.QUEUED);
            model.save(id, text, payload, draft.header(clock.unix()));
        }

        private void remove(Namespace namespace, KvcKey key) throws Exception {
            SnapshotId id = new SnapshotId(namespace, key);
            steps.add("remove " + id);
            assertThat(root.in(namespace).remove(key)).isEqualTo(model.remove(id));
        }

        private void load(Namespace namespace, KvcKey key) throws Exception {
            SnapshotId id = new SnapshotId(namespace, key);
            steps.add("load " + id);
            take(root.in(namespace).load(key), Optional.ofNullable(model.get(id)));
        }

        private void loadLongestPrefix(Namespace namespace, PrefixQuery query) throws Exception {
            Optional<StoreModel.Entry> expected = model.longestPrefix(namespace, query);
            steps.add("load the longest prefix: " + expected.map(StoreModel.Entry::id));
            take(root.in(namespace).loadLongestPrefix(query), expected);
        }

        /** Compares a loaded snapshot, counts its hit, and now and then rejects it. */
        private void take(Optional<Snapshot> found, Optional<StoreModel.Entry> expected) throws Exception {
            assertThat(found.isPresent()).as("whether it is found").isEqualTo(expected.isPresent());
            if (found.isEmpty() || expected.isEmpty()) {
                return;
            }
            StoreModel.Entry entry = expected.get();
            try (Snapshot snapshot = found.get()) {
                assertThat(snapshot.info().id()).isEqualTo(entry.id());
                assertIs(snapshot, entry.text(), entry.payload());
                if (random.nextInt(4) == 0) {
                    steps.add("reject " + entry.id());
                    snapshot.reject();
                    model.remove(entry.id());
                } else {
                    model.hit(entry, clock.unix());
                }
            }
        }

        private void match(Namespace namespace, PrefixQuery query) throws Exception {
            steps.add("match");
            assertThat(root.in(namespace).match(query).candidates())
                    .extracting(SnapshotInfo::id)
                    .containsExactlyElementsOf(model.match(namespace, query).stream()
                            .map(StoreModel.Entry::id)
                            .toList());
        }

        void compareAll() throws Exception {
            assertThat(root.stats().snapshots()).isEqualTo(model.size());
            for (Namespace namespace : namespaces) {
                List<StoreModel.Entry> expected = model.list(namespace);
                assertThat(list(root.in(namespace))).hasSameSizeAs(expected);
                for (StoreModel.Entry entry : expected) {
                    compare(root.in(namespace), entry);
                }
            }
        }

        private void compare(KvStore view, StoreModel.Entry entry) throws Exception {
            SnapshotInfo info = present(view.stat(entry.id().key()), entry.toString());
            assertThat(info.header()).isEqualTo(entry.header());
            assertServed(view, entry.id().key(), entry.text(), entry.payload());
        }

        private PrefixQuery query(String prompt) {
            PrefixQuery.Builder query = PrefixQuery.builder(utf8(prompt));
            return random.nextBoolean()
                    ? query.modelId(random.nextInt(3)).maxContextSize(1024).build()
                    : query.build();
        }

        private String randomText(int maxLength) {
            StringBuilder text = new StringBuilder();
            for (int left = random.nextInt(maxLength + 1); left > 0; left--) {
                text.append(random.nextBoolean() ? 'a' : 'b');
            }
            return text.toString();
        }
    }
}
