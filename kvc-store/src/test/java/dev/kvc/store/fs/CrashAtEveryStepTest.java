package dev.kvc.store.fs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.faultfs.PowerCut;
import dev.kvc.store.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each change of a directory, cut off after each single step that it takes: every snapshot saved before is whole, the
 * one that the change was for is as it was before or as it would have been, the budget holds, and nothing else changes.
 */
class CrashAtEveryStepTest {
    private static final int SEEDS = 8;

    @TempDir(factory = QuickScratch.class)
    Path directory;

    static Stream<Arguments> changes() {
        return Stream.of(Change.values())
                .flatMap(change -> Stream.of(Durability.values()).map(durability -> Arguments.of(change, durability)));
    }

    /** What follows the last step. */
    private interface End {
        void come(CrashingStore store) throws IOException;
    }

    @ParameterizedTest
    @MethodSource("changes")
    void u8_u13_a_process_that_ends_at_any_step_loses_nothing_else(Change change, Durability durability)
            throws IOException {
        long steps = steps(change, durability, store -> store.crashAndCheck(Change.TEXTS));
        assertThat(steps > 0 || change == Change.SAVE_IF_ABSENT)
                .as("%s has steps", change)
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("changes")
    void u8_u13_a_power_cut_at_any_step_loses_nothing_that_was_flushed(Change change, Durability durability)
            throws IOException {
        for (PowerCut powerCut : powerCuts()) {
            steps(change, durability, store -> store.cutPowerAndCheck(Change.TEXTS, powerCut));
        }
    }

    private static List<PowerCut> powerCuts() {
        List<PowerCut> cuts = new ArrayList<>(List.of(
                PowerCut.losingAll(),
                PowerCut.losingAll().withNames(true),
                PowerCut.losingAll().withFiles(PowerCut.Fate.KEPT)));
        LongStream.range(0, SEEDS).mapToObj(PowerCut::seeded).forEach(cuts::add);
        return cuts;
    }

    /** Makes the change again and again, each time one step further, until it is complete. */
    private long steps(Change change, Durability durability, End end) throws IOException {
        boolean complete = false;
        long steps = 0;
        for (; !complete; steps++) {
            Path own = directory.resolve(durability + "-" + steps + "-" + end.hashCode());
            CrashingStore store = Change.prepare(own, durability);
            store.files().stopAfter(steps);
            change.make(store);
            complete = !store.files().isStopped();
            try {
                end.come(store);
            } catch (AssertionError e) {
                throw new AssertionError(
                        change + " ended after step " + steps + "\n" + String.join("\n", store.story()), e);
            }
        }
        return steps - 1;
    }
}
