package dev.kvc.store.fs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.faultfs.Fault;
import dev.kvc.store.Durability;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each change of a directory, with each single thing that it asks of the file system failing once: it throws an
 * {@code IOException} or has another of its outcomes; everything else is whole, nothing is left behind or left open,
 * and the accounts are right.
 */
class FailingStepTest {
    @TempDir(factory = QuickScratch.class)
    Path directory;

    @ParameterizedTest
    @MethodSource("dev.kvc.store.fs.CrashAtEveryStepTest#changes")
    void u12_a_step_that_fails_costs_nothing_else(Change change, Durability durability) throws IOException {
        failEach(change, durability, Fault.onAny());
    }

    /** A write that fails after a part of it has reached the file. */
    @ParameterizedTest
    @EnumSource
    void u12_a_write_that_is_torn_costs_nothing_else(Change change) throws IOException {
        failEach(change, Durability.PAGE_CACHE, Fault.onAny().torn());
    }

    @ParameterizedTest
    @EnumSource
    void short_writes_are_gone_on_with(Change change) throws IOException {
        try (CrashingStore store = Change.prepare(directory.resolve("short"), Durability.FSYNC)) {
            store.files().with(Fault.onAny().doing((operation, file) -> {}).shortened());
            change.make(store);
            store.checkQuiet(Change.TEXTS);
        }
    }

    private void failEach(Change change, Durability durability, Fault each) throws IOException {
        long strikes = 1;
        for (int n = 1; strikes > 0; n++) {
            CrashingStore store = Change.prepare(directory.resolve(Integer.toString(n)), durability);
            Fault fault = each.at(n);
            store.files().with(fault);
            store.mayFail(true);
            change.make(store);
            store.mayFail(false);
            store.files().clearFaults();
            strikes = fault.strikes();
            try {
                store.checkQuiet(Change.TEXTS);
                store.close();
                store.files().requireAllClosed();
                store.crashAndCheck(Change.TEXTS);
            } catch (AssertionError e) {
                throw new AssertionError(
                        change + " with its operation " + n + " failing\n" + String.join("\n", store.story()), e);
            }
            assertThat(n).isLessThan(1_000);
        }
    }
}
