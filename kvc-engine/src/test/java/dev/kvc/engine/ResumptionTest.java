package dev.kvc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.engine.Resumption.Miss;
import dev.kvc.format.KvcKey;
import dev.kvc.format.SaveReason;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.Mapping;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.PrefixQuery.Gate;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResumptionTest extends CacheFixture {
    private static final String SYSTEM = "You are a helpful assistant. ";
    private static final String FIRST = SYSTEM + "Who am I? ";
    private static final String PROMPT = FIRST + "Tell me more.";
    private static final Gates GATES =
            Gates.builder().modelId(1).contextSize(4096).build();

    private static SnapshotDraft draft(String text, SaveReason reason) {
        return GATES.draft()
                .text(text)
                .payload(text.toUpperCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8))
                .tokenCount(text.length())
                .saveReason(reason)
                .build();
    }

    private static ByteBuffer bytes(String text) {
        return StandardCharsets.UTF_8.encode(text);
    }

    private static String restored(Resumption resumption) throws IOException {
        return new String(resumption.payload().toByteArray(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource
    void longestBeginningIsOffered(Stores stores) throws IOException {
        open(stores);
        store.save(draft(SYSTEM, SaveReason.COLD));
        store.save(draft(FIRST, SaveReason.CONTINUED));
        try (Resumption resumption = cache.resume(bytes(PROMPT), GATES)) {
            assertThat(resumption.isFound()).isTrue();
            assertThat(resumption.miss()).isEmpty();
            assertThat(resumption.failure()).isEmpty();
            assertThat(resumption.tokens()).isEqualTo(FIRST.length());
            assertThat(resumption.textBytes()).isEqualTo(FIRST.length());
            assertThat(resumption.divergesAt()).isEqualTo(FIRST.length());
            assertThat(resumption.branchPoint()).isEmpty();
            assertThat(restored(resumption)).isEqualTo(FIRST.toUpperCase(Locale.ROOT));
        }
    }

    @ParameterizedTest
    @EnumSource
    void tokensAreSavedWhenTheEngineSaysSoAndNotBefore(Stores stores) throws IOException {
        open(stores);
        store.save(draft(FIRST, SaveReason.COLD));
        cache.resume(bytes(PROMPT), GATES).close();
        assertThat(cache.stats().tokensSaved()).isZero();
        try (Resumption resumption = cache.resume(bytes(PROMPT), GATES)) {
            resumption.restored();
            resumption.restored();
        }
        assertThat(cache.stats().resumes()).isEqualTo(1);
        assertThat(cache.stats().tokensSaved()).isEqualTo(FIRST.length());
        assertThat(cache.stats().missCount()).isZero();
    }

    @Test
    void tokensThatWereComputedAgainAreNotSaved() throws IOException {
        open(Stores.MEMORY);
        store.save(draft(FIRST, SaveReason.COLD));
        try (Resumption resumption = cache.resume(bytes(FIRST), GATES)) {
            assertThatThrownBy(() -> resumption.restored(FIRST.length() + 1))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> resumption.restored(-1)).isInstanceOf(IllegalArgumentException.class);
            resumption.restored(FIRST.length() - 1);
        }
        assertThat(cache.stats().tokensSaved()).isEqualTo(FIRST.length() - 1);
    }

    @ParameterizedTest
    @EnumSource
    void u7_state_that_cannot_be_restored_gives_way_to_the_next_and_is_never_offered_again(Stores stores)
            throws IOException {
        open(stores);
        store.save(draft(SYSTEM, SaveReason.COLD));
        store.save(draft(FIRST, SaveReason.CONTINUED));
        IllegalStateException cause = new IllegalStateException("the engine cannot read it");
        try (Resumption resumption = cache.resume(bytes(PROMPT), GATES)) {
            assertThat(resumption.failed(cause)).isTrue();
            assertThat(resumption.failure()).contains(cause);
            assertThat(resumption.tokens()).isEqualTo(SYSTEM.length());
            assertThat(restored(resumption)).isEqualTo(SYSTEM.toUpperCase(Locale.ROOT));
            resumption.restored();
        }
        assertThat(store.contains(KvcKey.of(FIRST))).isFalse();
        try (Resumption resumption = cache.resume(bytes(PROMPT), GATES)) {
            assertThat(resumption.tokens()).isEqualTo(SYSTEM.length());
        }
        assertThat(cache.stats().restoreFailures()).isEqualTo(1);
        assertThat(cache.stats().tokensSaved()).isEqualTo(SYSTEM.length());
    }

    @ParameterizedTest
    @EnumSource
    void whenNoneCanBeRestoredItIsAMiss(Stores stores) throws IOException {
        open(stores);
        store.save(draft(SYSTEM, SaveReason.COLD));
        store.save(draft(FIRST, SaveReason.CONTINUED));
        try (Resumption resumption = cache.resume(bytes(PROMPT), GATES)) {
            while (resumption.isFound()) {
                resumption.failed(new IOException("the engine cannot read it"));
            }
            assertThat(resumption.miss()).contains(Miss.NOT_RESTORED);
            assertThat(resumption.tokens()).isZero();
            assertThatThrownBy(resumption::payload)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("NOT_RESTORED");
            assertThatThrownBy(() -> resumption.failed(new IOException())).isInstanceOf(IllegalStateException.class);
        }
        assertThat(cache.stats().misses()).containsExactly(Map.entry(Miss.NOT_RESTORED, 1L));
        try (Resumption resumption = cache.resume(bytes(PROMPT), GATES)) {
            assertThat(resumption.miss()).contains(Miss.NO_PREFIX);
        }
    }

    @ParameterizedTest
    @EnumSource
    void interruptedReadSaysNothingOfTheSnapshot(Stores stores) throws IOException {
        open(stores);
        store.save(draft(SYSTEM, SaveReason.COLD));
        store.save(draft(FIRST, SaveReason.CONTINUED));
        try (Resumption resumption = cache.resume(bytes(PROMPT), GATES)) {
            assertThat(resumption.failed(new ClosedByInterruptException())).isTrue();
            assertThat(resumption.tokens()).isEqualTo(SYSTEM.length());
        }
        assertThat(store.contains(KvcKey.of(FIRST))).isTrue();
    }

    @Test
    void restoredSnapshotCannotFailAnyMore() throws IOException {
        open(Stores.MEMORY);
        store.save(draft(FIRST, SaveReason.COLD));
        try (Resumption resumption = cache.resume(bytes(PROMPT), GATES)) {
            resumption.restored();
            assertThatThrownBy(() -> resumption.failed(new IOException()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the snapshot was restored");
        }
        assertThat(store.contains(KvcKey.of(FIRST))).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void nothingStoredIsAMissWithItsReason(Stores stores) throws IOException {
        open(stores);
        try (Resumption resumption = cache.resume(bytes(PROMPT), GATES)) {
            assertThat(resumption.isFound()).isFalse();
            assertThat(resumption.miss()).contains(Miss.NO_PREFIX);
            assertThat(resumption.textBytes()).isZero();
            assertThatThrownBy(resumption::restored).isInstanceOf(IllegalStateException.class);
            assertThat(cache.stats().misses()).containsExactly(Map.entry(Miss.NO_PREFIX, 1L));
        }
    }

    @ParameterizedTest
    @EnumSource
    void u18_anothers_state_is_a_miss_that_names_the_gate(Stores stores) throws IOException {
        open(stores);
        store.save(draft(FIRST, SaveReason.COLD));
        Gates others = Gates.builder().modelId(2).contextSize(4096).build();
        try (Resumption resumption = cache.resume(bytes(PROMPT), others)) {
            assertThat(resumption.miss()).contains(Miss.REFUSED_BY_GATES);
            assertThat(resumption.refused()).singleElement().satisfies(refused -> {
                assertThat(refused.gate()).isEqualTo(Gate.MODEL_ID);
                assertThat(refused.snapshot().key()).isEqualTo(KvcKey.of(FIRST));
            });
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DIRECTORY", "TIERS"})
    void damagedSnapshotIsAMissOrTheNextOne(Stores stores) throws IOException {
        try (KvStore store = Stores.DIRECTORY.open(directory)) {
            store.save(draft(FIRST, SaveReason.COLD));
        }
        Path file = directory.resolve(KvcKey.of(FIRST) + ".kv");
        byte[] content = Files.readAllBytes(file);
        content[52 + FIRST.length()] ^= 1;
        Files.write(file, content);
        open(stores);
        try (Resumption resumption = cache.resume(bytes(PROMPT), GATES)) {
            assertThat(resumption.miss()).contains(Miss.NOT_LOADED);
        }
        Files.write(file, content);
        store.save(draft(SYSTEM, SaveReason.COLD));
        try (Resumption resumption = cache.resume(bytes(PROMPT), GATES)) {
            assertThat(resumption.tokens()).isEqualTo(SYSTEM.length());
        }
    }

    @Test
    void snapshotWithoutChecksumsIsAMissWhereTheyAreRequired() throws IOException {
        open(Stores.MEMORY, settings -> settings.loadOptions(LoadOptions.DEFAULT.requiringVerified()));
        store.save(GATES.draft().text(FIRST).payload(new byte[3]).unverified().build());
        try (Resumption resumption = cache.resume(bytes(PROMPT), GATES)) {
            assertThat(resumption.miss()).contains(Miss.NOT_LOADED);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DIRECTORY", "TIERS"})
    void u31_prompt_says_where_it_goes_its_own_way(Stores stores) throws IOException {
        String shared = "shared instructions ".repeat(100);
        open(stores);
        store.save(draft(shared + "one", SaveReason.COLD));
        try (Resumption resumption = cache.resume(bytes(shared + "two"), GATES)) {
            assertThat(resumption.miss()).contains(Miss.NO_PREFIX);
            assertThat(resumption.divergesAt()).isEqualTo(shared.length() / 512 * 512);
            assertThat(resumption.branchPoint()).hasValue(resumption.divergesAt());
        }
    }

    @ParameterizedTest
    @EnumSource
    void mappingOutlivesTheResult(Stores stores) throws IOException {
        open(stores);
        store.save(draft(FIRST, SaveReason.COLD));
        Resumption resumption = cache.resume(bytes(PROMPT), GATES);
        try (Mapping mapping = resumption.payload().map()) {
            resumption.close();
            resumption.close();
            assertThat(StandardCharsets.UTF_8.decode(mapping.slices().get(0)).toString())
                    .isEqualTo(FIRST.toUpperCase(Locale.ROOT));
        }
        assertThatThrownBy(resumption::snapshot)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("there is no snapshot: closed");
    }

    @ParameterizedTest
    @EnumSource
    void texts_of_any_bytes_are_matched_as_bytes(Stores stores) throws IOException {
        byte[] text = {(byte) 0xF0, (byte) 0x9F, 0, (byte) 0xFF, '\n'}; // half an emoji, and no UTF-8
        String unicode = "Grüße 👩‍👩‍👧, ";
        open(stores);
        store.save(GATES.draft().text(text).payload(new byte[1]).tokenCount(2).build());
        store.save(
                GATES.draft().text(unicode).payload(new byte[1]).tokenCount(3).build());
        byte[] longer = Arrays.copyOf(text, 9);
        try (Resumption resumption = cache.resume(ByteBuffer.wrap(longer), GATES)) {
            assertThat(resumption.textBytes()).isEqualTo(text.length);
        }
        try (Resumption resumption = cache.resume(PrefixQuery.of(unicode + "世界"))) {
            assertThat(resumption.tokens()).isEqualTo(3);
            assertThat(resumption.textBytes()).isEqualTo(unicode.getBytes(StandardCharsets.UTF_8).length);
        }
    }

    @ParameterizedTest
    @EnumSource
    void engineThatMatchesByTokensResumesFromItsTokens(Stores stores) throws IOException {
        int[] prompt = {101, -7, 70_000, 3, 4};
        open(stores);
        store.save(GATES.draft()
                .text(TokenText.of(prompt, 0, 3))
                .payload(new byte[1])
                .tokenCount(3)
                .build());
        assertThat(store.contains(TokenText.key(prompt, 0, 3))).isTrue();
        try (Resumption resumption = cache.resume(TokenText.of(prompt), GATES)) {
            assertThat(resumption.tokens()).isEqualTo(3);
            assertThat(TokenText.tokens(resumption.snapshot().text())).containsExactly(101, -7, 70_000);
        }
    }

    @Test
    void closedCacheResumesNothing() throws IOException {
        open(Stores.MEMORY);
        cache.close();
        cache.close();
        assertThatThrownBy(() -> cache.resume(bytes(PROMPT), GATES))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the cache is closed");
    }
}
