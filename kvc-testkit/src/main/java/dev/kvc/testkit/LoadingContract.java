package dev.kvc.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.Capability;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.Mapping;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.Touch;
import dev.kvc.store.Verification;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Loads, hits, stat, list and remove. */
abstract class LoadingContract extends FailedSaveContract {
    private static final String TEXT = "a text";
    private static final KvcKey KEY = KvcKey.of(TEXT);

    @Test
    void newStoreIsEmpty() throws Exception {
        assertThat(list(store())).isEmpty();
        assertThat(store().stats().snapshots()).isZero();
    }

    @Test
    void missingKeyIsEmpty() throws Exception {
        save("another text");
        assertNotServed(store(), TEXT);
        assertThat(store().remove(KEY)).isFalse();
    }

    @Test
    void statSaysWhatIsStored() throws Exception {
        save(TEXT);
        SnapshotInfo info = stat(TEXT);
        assertThat(info.id()).isEqualTo(new SnapshotId(Namespace.DEFAULT, KEY));
        assertThat(info.textBytes()).isEqualTo(TEXT.length());
        assertThat(info.header().tokenCount()).isEqualTo(TEXT.length());
        assertThat(info.header().payloadBytes())
                .isEqualTo(SeededPayload.of(TEXT).size());
        assertThat(info.storedBytes()).isPositive();
        assertThat(store().contains(KEY)).isTrue();
    }

    @Test
    void u30LoadSaysWhichTextAndHowManyTokensItCovers() throws Exception {
        save(TEXT);
        try (Snapshot snapshot = load(TEXT)) {
            assertThat(snapshot.info().key()).isEqualTo(KEY);
            assertThat(snapshot.info().header().tokenCount()).isEqualTo(TEXT.length());
            assertIs(snapshot, TEXT, SeededPayload.of(TEXT));
        }
    }

    @Test
    void textIsReadOnlyAndEachCallGivesABufferOfItsOwn() throws Exception {
        save(TEXT);
        try (Snapshot snapshot = load(TEXT)) {
            assertThat(snapshot.text().isReadOnly()).isTrue();
            snapshot.text().get();
            assertThat(snapshot.text()).isEqualTo(utf8(TEXT));
        }
    }

    @Test
    void hitsAreCounted() throws Exception {
        save(TEXT);
        long created = clock.unix();
        for (int i = 1; i <= 3; i++) {
            clock.advance(Duration.ofMinutes(1));
            hit(TEXT);
            assertThat(stat(TEXT).header().hitCount()).isEqualTo(i);
            assertThat(stat(TEXT).header().lastUsedUnix()).isEqualTo(clock.unix());
        }
        assertThat(stat(TEXT).header().createdUnix()).isEqualTo(created);
        assertThat(store().stats().hits()).isEqualTo(3);
    }

    @Test
    void hitsSaturate() throws Exception {
        store().save(SnapshotDraft.builder()
                .header(KvcHeader.builder()
                        .hitCount(KvcHeader.MAX_HIT_COUNT - 1)
                        .build())
                .text(TEXT)
                .payload(new byte[10])
                .build());
        for (int i = 0; i < 3; i++) {
            hit(TEXT);
            assertThat(stat(TEXT).header().hitCount()).isEqualTo(KvcHeader.MAX_HIT_COUNT);
        }
    }

    @Test
    void statListAndMatchAreNoHits() throws Exception {
        save(TEXT);
        SnapshotInfo before = stat(TEXT);
        clock.advance(Duration.ofMinutes(1));
        assertThat(store().contains(KEY)).isTrue();
        assertThat(list(store())).containsExactly(before);
        assertThat(store().match(PrefixQuery.of(TEXT)).candidates()).containsExactly(before);
        assertThat(stat(TEXT)).isEqualTo(before);
        assertThat(store().stats().hits()).isZero();
    }

    @Test
    void loadWithoutHitLeavesTheCountsAsTheyAre() throws Exception {
        save(TEXT);
        SnapshotInfo before = stat(TEXT);
        clock.advance(Duration.ofMinutes(1));
        assertServed(store(), TEXT);
        assertThat(stat(TEXT)).isEqualTo(before);
        assertThat(store().stats().hits()).isZero();
        assertThat(store().stats().tokensServed()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void eachTimeOfVerificationServesTheSameBytes(Verify verify) throws Exception {
        SeededPayload payload = new SeededPayload(1, 2 * MIB + 3);
        store().save(draft(TEXT, payload).build());
        try (Snapshot snapshot = present(store().load(KEY, LoadOptions.DEFAULT.verify(verify)), TEXT)) {
            assertIs(snapshot, TEXT, payload);
            if (verify == Verify.ON_LOAD) {
                assertThat(snapshot.verification()).isNotEqualTo(Verification.ON_READ);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2 * MIB + 3})
    void whatIsKeptInMemoryIsTheSame(int size) throws Exception {
        SeededPayload payload = new SeededPayload(2, size);
        store().save(draft(TEXT, payload).build());
        for (long keep : new long[] {size, Long.MAX_VALUE}) {
            try (Snapshot snapshot = present(store().load(KEY, LoadOptions.DEFAULT.keeping(keep)), TEXT)) {
                assertIs(snapshot, TEXT, payload);
                try (Mapping mapping = snapshot.payload().map()) {
                    assertThat(mapping.slices().stream()
                                    .mapToLong(ByteBuffer::remaining)
                                    .sum())
                            .isEqualTo(size);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NEVER")
    void verifiedBytesOrAMissWhereTheyAreRequired(Verify verify) throws Exception {
        save(TEXT);
        Optional<Snapshot> found =
                store().load(KEY, LoadOptions.DEFAULT.verify(verify).requiringVerified());
        if (found.isPresent()) {
            try (Snapshot snapshot = found.get()) {
                assertThat(snapshot.verification()).isNotEqualTo(Verification.UNVERIFIED);
                assertIs(snapshot, TEXT, SeededPayload.of(TEXT));
            }
        }
        assertThat(store().contains(KEY)).isTrue();
    }

    @Test
    void loadFindsWhatItExpects() throws Exception {
        save(TEXT);
        PrefixQuery query =
                PrefixQuery.builder(utf8("a text, and more")).modelId(1).build();
        try (Snapshot snapshot = present(store().load(KEY, LoadOptions.DEFAULT.expecting(query)), TEXT)) {
            assertIs(snapshot, TEXT, SeededPayload.of(TEXT));
        }
    }

    @Test
    void loadMissesWhatItDoesNotExpect() throws Exception {
        save(TEXT);
        assertNotExpected(PrefixQuery.of("another text"));
        assertNotExpected(PrefixQuery.of("a tex"));
        assertNotExpected(PrefixQuery.of("a texT"));
        assertNotExpected(
                PrefixQuery.builder(utf8("a text, and more")).modelId(9).build());
        assertServed(store(), TEXT);
        assertThat(store().stats().hits()).isZero();
    }

    private void assertNotExpected(PrefixQuery query) throws Exception {
        assertThat(store().load(KEY, LoadOptions.DEFAULT.expecting(query))).isEmpty();
        assertThat(stat(TEXT).header().hitCount()).isZero();
    }

    @Test
    void emptyTextIsNeverExpected() throws Exception {
        store().save(KEY, draft("").build(), SaveOptions.DEFAULT);
        assertThat(store().load(KEY, LoadOptions.DEFAULT.expecting(PrefixQuery.of("any prompt"))))
                .isEmpty();
    }

    @Test
    void removedSnapshotIsNotServed() throws Exception {
        save(TEXT, "another text");
        assertThat(store().remove(KEY)).isTrue();
        assertThat(store().remove(KEY)).isFalse();
        assertNotServed(store(), TEXT);
        assertServed(store(), "another text");
        save(TEXT);
        assertServed(store(), TEXT);
    }

    @Test
    void listGivesEachSnapshotOnce() throws Exception {
        save("one", "two", "three");
        store().remove(KvcKey.of("two"));
        assertThat(list(store())).containsExactlyInAnyOrder(stat("one"), stat("three"));
    }

    @Test
    void listMayBeClosedHalfWayAndTwice() throws Exception {
        save("one", "two", "three");
        Stream<SnapshotInfo> list = store().list();
        assertThat(list.limit(1)).hasSize(1);
        list.close();
        list.close();
        assertThat(list(store())).hasSize(3);
    }

    @Test
    void listSurvivesChangesMeanwhile() throws Exception {
        save("one", "two", "three");
        Set<KvcKey> listed;
        try (Stream<SnapshotInfo> list = store().list()) {
            store().remove(KvcKey.of("two"));
            save("four");
            listed = list.map(SnapshotInfo::key).collect(Collectors.toSet());
        }
        assertThat(listed).contains(KvcKey.of("one"), KvcKey.of("three"));
    }

    @Test
    void touchCountsHitsThatWereCountedElsewhere() throws Exception {
        assumeCapable(Capability.TOUCH);
        save(TEXT);
        hit(TEXT);
        long later = clock.unix() + 60;
        store().touch(List.of(new Touch(KvcKey.of("nothing"), 1, later), new Touch(KEY, 4, later)));
        assertThat(stat(TEXT).header().hitCount()).isEqualTo(5);
        assertThat(stat(TEXT).header().lastUsedUnix()).isEqualTo(later);
        assertNotServed(store(), "nothing");
    }

    @Test
    void touchSaturatesAndNeverTurnsTheTimeBack() throws Exception {
        assumeCapable(Capability.TOUCH);
        save(TEXT);
        long saved = clock.unix();
        store().touch(List.of(new Touch(KEY, KvcHeader.MAX_HIT_COUNT, saved - 60), new Touch(KEY, 3, saved - 30)));
        assertThat(stat(TEXT).header().hitCount()).isEqualTo(KvcHeader.MAX_HIT_COUNT);
        assertThat(stat(TEXT).header().lastUsedUnix()).isEqualTo(saved);
    }

    @Test
    void touchOfNothingIsPassedOver() throws Exception {
        store().touch(List.of());
        store().touch(List.of(new Touch(KEY, 1, clock.unix())));
        assertNotServed(store(), TEXT);
    }
}
