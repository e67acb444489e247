package dev.kvc.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.store.Capability;
import dev.kvc.store.PrefixMatch;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.PrefixQuery.Gate;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotInfo;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Prefix lookup: the longest stored beginning of a prompt that passes the gates. */
abstract class PrefixContract extends PayloadContract {
    private static final String PROMPT = "You are a helpful assistant. Hello!";

    /** Fails unless these texts, in this order, are the candidates for a prompt. */
    private void assertMatches(String prompt, String... texts) throws Exception {
        assertCandidates(store().match(PrefixQuery.of(prompt)), texts);
    }

    private static void assertCandidates(PrefixMatch match, String... texts) {
        assertThat(match.candidates()).extracting(SnapshotInfo::key).containsExactly(keys(texts));
    }

    private static KvcKey[] keys(String... texts) {
        return Arrays.stream(texts).map(KvcKey::of).toArray(KvcKey[]::new);
    }

    private void saveWith(String text, UnaryOperator<KvcHeader.Builder> change) throws Exception {
        store().save(draft(text, SeededPayload.of(text), change).build());
    }

    @Test
    void candidatesComeLongestFirst() throws Exception {
        save("You", "You are a helpful", "You are", "You were", "are");
        assertMatches(PROMPT, "You are a helpful", "You are", "You");
        assertThat(store().match(PrefixQuery.of(PROMPT)).best()).contains(stat("You are a helpful"));
    }

    @Test
    void nothingMatchesInAnEmptyStore() throws Exception {
        PrefixMatch match = store().match(PrefixQuery.of(PROMPT));
        assertThat(match.candidates()).isEmpty();
        assertThat(match.refused()).isEmpty();
        assertThat(store().loadLongestPrefix(PrefixQuery.of(PROMPT))).isEmpty();
    }

    @Test
    void promptItselfMatches() throws Exception {
        save(PROMPT);
        assertMatches(PROMPT, PROMPT);
    }

    @Test
    void longerOrDivergingTextDoesNotMatch() throws Exception {
        save(PROMPT + "!", "You are a helpful assistanT");
        assertMatches(PROMPT);
        assertMatches("You");
        assertMatches("");
    }

    @Test
    void u31MatchSaysWhereThePromptGoesItsOwnWay() throws Exception {
        String common = "You are a helpful assistant. ".repeat(200);
        save("You", common + "Hello!".repeat(200));
        PrefixMatch match = store().match(PrefixQuery.of(common + "Good evening!".repeat(100)));
        assertThat(match.divergesAt()).isBetween("You".length(), common.length());
        assertThat(store().match(PrefixQuery.of("You were")).divergesAt()).isEqualTo("You".length());
        assertThat(store().match(PrefixQuery.of("are")).divergesAt()).isZero();
        assumeCapable(Capability.DIVERGENCE);
        assertThat(match.divergesAt()).isGreaterThan(common.length() - 1024);
        assertThat(match.branchPoint()).hasValue(match.divergesAt());
    }

    @Test
    void emptyTextNeverMatches() throws Exception {
        save("");
        assertMatches(PROMPT);
        assertMatches("");
        assertThat(store().loadLongestPrefix(PrefixQuery.of(PROMPT))).isEmpty();
    }

    @Test
    void keyThatIsNotTheTextsHashDoesNotMatch() throws Exception {
        store().save(KvcKey.of("a session's name"), draft("You are").build(), SaveOptions.DEFAULT);
        store().save(KvcKey.of("You"), draft("Not").build(), SaveOptions.DEFAULT);
        assertThat(store().loadLongestPrefix(PrefixQuery.of(PROMPT))).isEmpty();
        assertMatches("a session's name and more");
    }

    @Test
    void textIsComparedAndNotOnlyHashed() throws Exception {
        store().save(KvcKey.of("You"), draft("Sie").build(), SaveOptions.DEFAULT);
        assertThat(store().loadLongestPrefix(PrefixQuery.of(PROMPT))).isEmpty();
        assertThat(store().contains(KvcKey.of("You"))).isTrue();
    }

    @Test
    void replacementByAnotherTextEndsTheMatch() throws Exception {
        save("You are", "You");
        store().save(KvcKey.of("You are"), draft("another text").build(), SaveOptions.DEFAULT);
        assertMatches(PROMPT, "You");
        store().save(KvcKey.of("You are"), draft("You are").build(), SaveOptions.DEFAULT);
        assertMatches(PROMPT, "You are", "You");
    }

    @Test
    void removedSnapshotDoesNotMatch() throws Exception {
        save("You are", "You", "You ate");
        store().remove(KvcKey.of("You are"));
        assertMatches(PROMPT, "You");
        assertMatches("You ate it", "You ate", "You");
    }

    @Test
    void promptIsLeftAsItIsAndMayBeAPartOfABuffer() throws Exception {
        save("You are");
        ByteBuffer prompt = utf8("<<" + PROMPT + ">>").position(2);
        prompt.limit(prompt.limit() - 2);
        assertCandidates(store().match(PrefixQuery.of(prompt)), "You are");
        assertThat(prompt).isEqualTo(utf8(PROMPT));
    }

    @Test
    void u30LongestPrefixSaysWhichTextAndHowManyTokensItCovers() throws Exception {
        save("You", "You are", "You were");
        try (Snapshot snapshot = present(store().loadLongestPrefix(PrefixQuery.of(PROMPT)), PROMPT)) {
            assertIs(snapshot, "You are", SeededPayload.of("You are"));
            assertThat(snapshot.info().key()).isEqualTo(KvcKey.of("You are"));
            assertThat(snapshot.info().header().tokenCount()).isEqualTo("You are".length());
        }
    }

    @Test
    void longestPrefixIsAHitAndTheShorterOnesAreNot() throws Exception {
        save("You", "You are");
        present(store().loadLongestPrefix(PrefixQuery.of(PROMPT)), PROMPT).close();
        assertThat(stat("You are").header().hitCount()).isEqualTo(1);
        assertThat(stat("You").header().hitCount()).isZero();
        assertThat(store().stats().hits()).isEqualTo(1);
    }

    @Test
    void longestPrefixIsLoadedUnderTheCallersOptions() throws Exception {
        save("You", "You are");
        PrefixQuery onlyYou = PrefixQuery.of("You, again");
        try (Snapshot snapshot = present(store().loadLongestPrefix(PrefixQuery.of(PROMPT), WITHOUT_HIT), PROMPT)) {
            assertThat(snapshot.info().key()).isEqualTo(KvcKey.of("You are"));
        }
        assertThat(store().stats().hits()).isZero();
        present(store().loadLongestPrefix(onlyYou, WITHOUT_HIT), "You").close();
    }

    /** Each gate, set so that it refuses what {@link #draft} makes by one, and so that it just passes it. */
    enum Setting {
        MIN_TOKENS(query -> query.minTokens(8), query -> query.minTokens(7)),
        MAX_CONTEXT_SIZE(query -> query.maxContextSize(4095), query -> query.maxContextSize(4096)),
        QUANT_BITS(query -> query.quantBits(5), query -> query.quantBits(4)),
        MODEL_ID(query -> query.modelId(2), query -> query.modelId(1)),
        MODEL_ZERO(Gate.MODEL_ID, query -> query.modelId(0), query -> query.modelId(1)),
        PAYLOAD_ABI(query -> query.payloadAbi(3), query -> query.payloadAbi(2)),
        HEADER(query -> query.header(h -> h.tokenCount() != 7), query -> query.header(h -> h.tokenCount() == 7));

        private final Gate gate;
        private final UnaryOperator<PrefixQuery.Builder> refusing;
        private final UnaryOperator<PrefixQuery.Builder> passing;

        Setting(UnaryOperator<PrefixQuery.Builder> refusing, UnaryOperator<PrefixQuery.Builder> passing) {
            this.gate = Gate.valueOf(name());
            this.refusing = refusing;
            this.passing = passing;
        }

        Setting(Gate gate, UnaryOperator<PrefixQuery.Builder> refusing, UnaryOperator<PrefixQuery.Builder> passing) {
            this.gate = gate;
            this.refusing = refusing;
            this.passing = passing;
        }

        PrefixQuery refusing(String prompt) {
            return refusing.apply(PrefixQuery.builder(utf8(prompt))).build();
        }

        PrefixQuery passing(String prompt) {
            return passing.apply(PrefixQuery.builder(utf8(prompt))).build();
        }
    }

    @ParameterizedTest
    @EnumSource
    void u18GateKeepsOut(Setting setting) throws Exception {
        save("You are");
        PrefixMatch match = store().match(setting.refusing(PROMPT));
        assertThat(match.candidates()).isEmpty();
        assertThat(match.refused()).containsExactly(new PrefixMatch.Refused(stat("You are"), setting.gate));
        assertThat(store().loadLongestPrefix(setting.refusing(PROMPT))).isEmpty();
        assertServed(store(), "You are");
        assertThat(stat("You are").header().hitCount()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void u18GateLetsPassWhatFits(Setting setting) throws Exception {
        save("You are");
        assertCandidates(store().match(setting.passing(PROMPT)), "You are");
        present(store().loadLongestPrefix(setting.passing(PROMPT)), PROMPT).close();
    }

    @Test
    void u18ShorterSnapshotOfTheRightModelIsPreferred() throws Exception {
        save("You", "You are");
        saveWith("You are a helpful", header -> header.modelId(9));
        saveWith("You are a", header -> header.payloadAbi(9));
        PrefixQuery query =
                PrefixQuery.builder(utf8(PROMPT)).modelId(1).payloadAbi(2).build();
        PrefixMatch match = store().match(query);
        assertCandidates(match, "You are", "You");
        assertThat(match.refused())
                .containsExactly(
                        new PrefixMatch.Refused(stat("You are a helpful"), Gate.MODEL_ID),
                        new PrefixMatch.Refused(stat("You are a"), Gate.PAYLOAD_ABI));
        try (Snapshot snapshot = present(store().loadLongestPrefix(query), PROMPT)) {
            assertThat(snapshot.info().key()).isEqualTo(KvcKey.of("You are"));
        }
    }

    @Test
    void snapshotThatNamesNoModelIsRefusedWhereOneIsAskedFor() throws Exception {
        saveWith("You", header -> header.modelId(0).payloadAbi(0));
        assertThat(store().match(Setting.MODEL_ID.passing(PROMPT)).candidates()).isEmpty();
        assertThat(store().match(Setting.PAYLOAD_ABI.passing(PROMPT)).candidates())
                .isEmpty();
        assertMatches(PROMPT, "You");
    }

    @Test
    void matchAgreesWithANaiveSearch() throws Exception {
        Random random = seed.random();
        Set<String> texts = new HashSet<>();
        for (int i = 0; i < 60; i++) {
            String text = randomText(random, 12);
            if (!text.isEmpty() && texts.add(text)) {
                save(text);
            } else if (texts.remove(text)) {
                store().remove(KvcKey.of(text));
            }
        }
        for (int i = 0; i < 200; i++) {
            String prompt = randomText(random, 16);
            assertMatches(prompt, beginningsOf(prompt, texts));
            assertLongestIsLoaded(prompt, beginningsOf(prompt, texts));
        }
    }

    private void assertLongestIsLoaded(String prompt, String[] longestFirst) throws Exception {
        Optional<Snapshot> found = store().loadLongestPrefix(PrefixQuery.of(prompt));
        assertThat(found.isPresent()).isEqualTo(longestFirst.length > 0);
        if (found.isPresent()) {
            try (Snapshot snapshot = found.get()) {
                assertIs(snapshot, longestFirst[0], SeededPayload.of(longestFirst[0]));
            }
        }
    }

    /** A text of two letters, so that texts begin one another. */
    private static String randomText(Random random, int maxLength) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(maxLength + 1); left > 0; left--) {
            text.append(random.nextBoolean() ? 'a' : 'b');
        }
        return text.toString();
    }

    private static String[] beginningsOf(String prompt, Set<String> texts) {
        List<String> beginnings = texts.stream()
                .filter(prompt::startsWith)
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
        return beginnings.toArray(new String[0]);
    }
}
