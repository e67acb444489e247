package dev.kvc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.format.SaveReason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointPlannerTest {
    private static final long SEED = Long.getLong("kvc.seed", new Random().nextLong());

    private final CheckpointPlanner planner = CheckpointPlanner.ofDefaults();

    private static Checkpoint cold(int tokens) {
        return new Checkpoint(tokens, SaveReason.COLD);
    }

    private static Checkpoint continued(int tokens) {
        return new Checkpoint(tokens, SaveReason.CONTINUED);
    }

    /**
     * Worked by hand from ds4's rule: 32 off the end, then down to a multiple of 2 048, unless that leaves under 512.
     */
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "511, 511",
        "512, 512",
        "544, 544",
        "545, 545",
        "2048, 2048",
        "2079, 2079",
        "2080, 2048",
        "4127, 2048",
        "4128, 4096",
        "10240, 8192",
        "10271, 8192",
        "10272, 10240",
        "30000, 28672",
        "2147483647, 2147481600"
    })
    void stableLengthIsDs4s(int tokens, int stable) {
        assertThat(planner.stableLength(tokens)).isEqualTo(stable);
    }

    @ParameterizedTest
    @CsvSource({"0, 10240", "10239, 10240", "10240, 20480", "40000, 40960", "2147481600, -1"})
    void frontiersAreMultiplesOfTheStep(int tokens, int frontier) {
        assertThat(planner.nextFrontier(tokens).orElse(-1)).isEqualTo(frontier);
    }

    @Test
    void intervalIsRoundedUpToTheAlignmentAsInDs4() {
        assertThat(CheckpointPlanner.builder().continuedTokens(10_000).build().nextFrontier(0))
                .hasValue(10_240);
        assertThat(CheckpointPlanner.builder()
                        .continuedTokens(10_000)
                        .alignTokens(0)
                        .build()
                        .nextFrontier(0))
                .hasValue(10_000);
        assertThat(CheckpointPlanner.builder()
                        .continuedTokens(Integer.MAX_VALUE)
                        .build()
                        .nextFrontier(0))
                .isEmpty();
    }

    @Test
    void noFrontierIsShorterThanTheMinimum() {
        CheckpointPlanner often = CheckpointPlanner.builder()
                .continuedTokens(100)
                .alignTokens(0)
                .minTokens(500)
                .build();
        assertThat(often.nextFrontier(0)).hasValue(500);
        assertThat(often.continued(400, 0)).isEmpty();
        assertThat(often.continued(500, 0)).contains(continued(500));
        assertThat(often.prefill(Prefill.of(700)))
                .containsExactly(continued(500), continued(600), cold(668), continued(700));
    }

    @Test
    void coldPromptIsSavedOnceAtItsStableLengthAndAtItsFrontiers() {
        assertThat(planner.prefill(Prefill.of(25_000)))
                .containsExactly(continued(10_240), continued(20_480), cold(24_576));
    }

    @Test
    void coldPromptThatCannotBeCutIsSavedWhole() {
        assertThat(planner.prefill(Prefill.of(600))).containsExactly(cold(600));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 511})
    void promptUnderTheMinimumIsNotSaved(int tokens) {
        assertThat(planner.prefill(Prefill.of(tokens))).isEmpty();
    }

    @Test
    void promptBeyondTheLargestColdOneIsSavedAtItsFrontiersAlone() {
        assertThat(planner.prefill(Prefill.of(30_000))).contains(cold(28_672));
        assertThat(planner.prefill(Prefill.of(30_001))).containsExactly(continued(10_240), continued(20_480));
    }

    @Test
    void whatWasResumedIsNotCold() {
        assertThat(planner.prefill(Prefill.of(25_000).resumedAt(1)))
                .containsExactly(continued(10_240), continued(20_480));
        assertThat(planner.prefill(Prefill.of(25_000).resumedAt(10_240))).containsExactly(continued(20_480));
        assertThat(planner.prefill(Prefill.of(25_000).resumedAt(25_000))).isEmpty();
    }

    @Test
    void coldAndContinuedSaveOfOneLengthAreOne() {
        assertThat(planner.prefill(Prefill.of(10_300))).containsExactly(cold(10_240));
        assertThat(planner.continued(10_240, 10_240)).isEmpty();
    }

    @Test
    void coldSaveThatFailedLeavesItsFrontierToALaterOne() {
        assertThat(planner.continued(10_240, 0)).contains(continued(10_240));
    }

    @Test
    void coldSaveEndsWhereTheRequestsOwnPartBegins() {
        assertThat(planner.prefill(Prefill.of(9_000).boundaryAt(5_001))).containsExactly(cold(5_001));
    }

    @Test
    void boundaryUnderTheMinimumDoesNotCount() {
        assertThat(planner.prefill(Prefill.of(9_000).boundaryAt(511))).containsExactly(cold(8_192));
    }

    @Test
    void branchIsSavedForOthersAtItsStableLength() {
        assertThat(planner.prefill(Prefill.of(9_000).resumedAt(2_048).branchAt(7_000)))
                .containsExactly(cold(6_144));
        assertThat(planner.prefill(Prefill.of(40_000).branchAt(1_000)))
                .containsExactly(cold(1_000), continued(10_240), continued(20_480), continued(30_720));
    }

    @Test
    void branchThatWasResumedOrIsUnderTheMinimumIsNotSaved() {
        assertThat(planner.prefill(Prefill.of(9_000).resumedAt(6_144).branchAt(7_000)))
                .isEmpty();
        assertThat(planner.prefill(Prefill.of(9_000).resumedAt(1).branchAt(511)))
                .isEmpty();
    }

    @Test
    void continuedSavesAreAtFrontiersBeyondWhatIsSaved() {
        assertThat(planner.continued(20_480, 10_240)).contains(continued(20_480));
        assertThat(planner.continued(20_481, 10_240)).isEmpty();
        assertThat(planner.continued(20_480, 24_576)).isEmpty();
    }

    @Test
    void evictAndShutdownSaveAllThatIsNotSaved() {
        assertThat(planner.evict(3_001, 2_048)).contains(new Checkpoint(3_001, SaveReason.EVICT));
        assertThat(planner.shutdown(3_001, 2_048)).contains(new Checkpoint(3_001, SaveReason.SHUTDOWN));
        assertThat(planner.evict(3_001, 3_001)).isEmpty();
        assertThat(planner.shutdown(511, 0)).isEmpty();
    }

    @Test
    void nothingIsSavedWhereNothingIsWanted() {
        CheckpointPlanner none =
                CheckpointPlanner.builder().coldMaxTokens(0).continuedTokens(0).build();
        assertThat(none.prefill(Prefill.of(25_000))).isEmpty();
        assertThat(none.continued(10_240, 0)).isEmpty();
        assertThat(none.nextFrontier(0)).isEmpty();
    }

    @Test
    void withoutAMinimumNoEmptyStateIsSaved() {
        CheckpointPlanner any = CheckpointPlanner.builder().minTokens(0).build();
        assertThat(any.prefill(Prefill.of(0))).isEmpty();
        assertThat(any.prefill(Prefill.of(1))).containsExactly(cold(1));
        assertThat(any.prefill(Prefill.of(33))).containsExactly(cold(33));
        assertThat(any.evict(0, 0)).isEmpty();
        assertThat(any.continued(0, 0)).isEmpty();
    }

    @Test
    void chatBoundaryIsTheLastUserMarkerBeforeTheFirstAssistantMarker() {
        int user = 7;
        int assistant = 8;
        assertThat(CheckpointPlanner.chatBoundary(
                        new int[] {1, user, 2, user, 3, assistant, 4, user, 5}, user, assistant))
                .isEqualTo(3);
        assertThat(CheckpointPlanner.chatBoundary(new int[] {1, 2, 3}, user, assistant))
                .isZero();
        assertThat(CheckpointPlanner.chatBoundary(new int[] {assistant, user}, user, assistant))
                .isZero();
        assertThat(CheckpointPlanner.chatBoundary(new int[0], user, assistant)).isZero();
    }

    @Test
    void everyWrongSettingIsNamed() {
        assertThatThrownBy(() -> CheckpointPlanner.builder()
                        .trimTokens(-1)
                        .alignTokens(-2)
                        .continuedTokens(-3)
                        .coldMaxTokens(-4)
                        .minTokens(-5)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("checkpoint planner: trimTokens is -1; it must be 0 or more; "
                        + "alignTokens is -2; it must be 0 or more; "
                        + "continuedTokens is -3; it must be 0 or more; "
                        + "coldMaxTokens is -4; it must be 0 or more; "
                        + "minTokens is -5; it must be 0 or more");
    }

    @Test
    void coldPromptsUnderTheMinimumAreNoSetting() {
        assertThatThrownBy(() -> CheckpointPlanner.builder().minTokens(40_000).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("coldMaxTokens is 30000; it must be 0 or at least minTokens, 40000");
    }

    @Test
    void settingIsSetOnce() {
        assertThatThrownBy(() -> CheckpointPlanner.builder().trimTokens(1).trimTokens(2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("trimTokens was already set to 1");
    }

    @ParameterizedTest
    @CsvSource({"-1, 0, 0, 0", "5, 6, 0, 0", "5, 0, -1, 0", "5, 0, 0, 6"})
    void lengthsOfAPromptAreWithinIt(int tokens, int resumed, int boundary, int branch) {
        assertThatThrownBy(() -> new Prefill(tokens, resumed, boundary, branch))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("it must be 0 to");
    }

    @Test
    void checkpointCoversAToken() {
        assertThatThrownBy(() -> cold(0)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Of any settings and any prompt: what holds of every plan. */
    @Test
    void everyPlanIsAscendingWithinThePromptAndOnAbsoluteFrontiers() {
        System.out.println("CheckpointPlannerTest: seed " + SEED);
        Random random = new Random(SEED);
        for (int round = 0; round < 20_000; round++) {
            int min = random.nextInt(600);
            int align = random.nextInt(300);
            int interval = random.nextInt(2_000);
            CheckpointPlanner any = CheckpointPlanner.builder()
                    .minTokens(min)
                    .coldMaxTokens(min + random.nextInt(4_000))
                    .trimTokens(random.nextInt(100))
                    .alignTokens(align)
                    .continuedTokens(interval)
                    .build();
            int tokens = random.nextInt(6_000);
            Prefill prompt = Prefill.of(tokens)
                    .resumedAt(random.nextBoolean() ? 0 : random.nextInt(tokens + 1))
                    .boundaryAt(random.nextInt(tokens + 1))
                    .branchAt(random.nextInt(tokens + 1));
            assertPlan(any, prompt, min, roundedUp(interval, Math.max(1, align)));
        }
    }

    private static int roundedUp(int interval, int align) {
        int step = 0;
        while (step < interval) {
            step += align;
        }
        return step;
    }

    private static void assertPlan(CheckpointPlanner planner, Prefill prompt, int min, int step) {
        List<Checkpoint> plan = planner.prefill(prompt);
        String what = "seed " + SEED + ": " + prompt + " " + plan;
        int last = prompt.resumed();
        for (Checkpoint checkpoint : plan) {
            assertThat(checkpoint.tokens()).as(what).isGreaterThan(last).isBetween(min, prompt.tokens());
            last = checkpoint.tokens();
            if (checkpoint.reason().equals(SaveReason.CONTINUED)) {
                assertThat(checkpoint.tokens() % step).as(what).isZero();
            }
        }
        long cold = plan.stream()
                .filter(checkpoint -> checkpoint.reason().equals(SaveReason.COLD))
                .count();
        assertThat(cold).as(what).isLessThanOrEqualTo(2);
        // Who asks at every length is told of the same frontiers.
        List<Integer> lengths = plan.stream().map(Checkpoint::tokens).toList();
        for (int live = prompt.resumed() + 1; live <= prompt.tokens(); live++) {
            if (planner.continued(live, prompt.resumed()).isPresent()) {
                assertThat(lengths).as(what).contains(live);
            }
        }
    }

    /** A session from its first prompt to the end, saves of which fail at random. */
    @Test
    void noLengthOfASessionIsSavedTwice() {
        System.out.println("CheckpointPlannerTest: seed " + SEED);
        Random random = new Random(SEED);
        for (int round = 0; round < 500; round++) {
            CheckpointPlanner any = CheckpointPlanner.builder()
                    .minTokens(random.nextInt(300))
                    .alignTokens(random.nextInt(100))
                    .continuedTokens(random.nextInt(500))
                    .build();
            Set<Integer> lengths = new HashSet<>();
            int live = 0;
            int saved = 0;
            for (int turn = 0; turn < 5; turn++) {
                int prompt = live + 1 + random.nextInt(1_000);
                int answered = prompt + random.nextInt(500);
                List<Checkpoint> all =
                        new ArrayList<>(any.prefill(Prefill.of(prompt).resumedAt(Math.max(live, saved))));
                for (live = prompt + 1; live < answered; live++) {
                    int last = all.isEmpty() ? saved : all.get(all.size() - 1).tokens();
                    any.continued(live, Math.max(saved, last)).ifPresent(all::add);
                }
                for (Checkpoint checkpoint : all) {
                    if (random.nextInt(4) > 0) {
                        saved = checkpoint.tokens();
                        assertThat(lengths.add(saved))
                                .as("seed %d, %s of %s", SEED, checkpoint, all)
                                .isTrue();
                    }
                }
            }
            any.evict(live, saved).ifPresent(last -> assertThat(lengths).doesNotContain(last.tokens()));
            any.shutdown(live, saved).ifPresent(last -> assertThat(lengths).doesNotContain(last.tokens()));
        }
    }
}
