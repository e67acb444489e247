package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.placeReferenceFile;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.fs.EvictionPlan.Victim;
import dev.kvc.store.fs.EvictionPlan.Why;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** U12: what an eviction would remove is said beforehand, and is what it then removes. */
class EvictionPlanTest {
    private final SettableClock clock = new SettableClock();

    @TempDir
    private Path directory;

    private FileSystemKvStore open(long budgetBytes, Duration maxAge) throws IOException {
        return FileSystemKvStore.builder(directory)
                .budget(DataSize.ofBytes(budgetBytes))
                .maxAge(maxAge)
                .policy(EvictionPolicies.lru())
                .clock(clock)
                .open();
    }

    private long hoursAgo(int hours) {
        return clock.instant().minus(Duration.ofHours(hours)).getEpochSecond();
    }

    private Path file(String name) {
        return directory.resolve(KvcKey.of(name) + ".kv");
    }

    private void fill() throws IOException {
        placeReferenceFile(directory, "expired", 1000, hoursAgo(100));
        placeReferenceFile(directory, "oldest", 1000, hoursAgo(4));
        placeReferenceFile(directory, "older", 1000, hoursAgo(3));
        placeReferenceFile(directory, "newest", 1000, hoursAgo(1));
        Files.write(directory.resolve(KvcKey.of("bad") + ".kv.bad"), new byte[100]);
        Files.writeString(directory.resolve("notes.txt"), "not ours");
    }

    private void leaveDeadTemporary() throws IOException {
        Path temporary = Files.write(directory.resolve(KvcKey.of("dead") + ".kv.tmp.12"), new byte[10]);
        Files.setLastModifiedTime(temporary, FileTime.from(Instant.ofEpochSecond(1_000_000_000)));
    }

    @Test
    void planNamesWhatGoesInItsOrderAndWhy() throws IOException {
        fill();
        try (FileSystemKvStore store = open(2200, Duration.ofDays(2))) {
            store.openReport();
            leaveDeadTemporary();
            EvictionPlan plan = store.planEviction();
            assertThat(plan.victims())
                    .extracting(Victim::why)
                    .containsExactly(Why.DEAD_TEMPORARY, Why.EXPIRED, Why.LEFTOVER, Why.OVER_BUDGET);
            assertThat(plan.victims().get(3).file().getFileName())
                    .isEqualTo(file("oldest").getFileName());
            assertThat(plan.victims().get(3).snapshot().orElseThrow().key()).isEqualTo(KvcKey.of("oldest"));
            assertThat(plan.victims().get(0).snapshot()).isEmpty();
            assertThat(plan.suffices()).isTrue();
            assertThat(plan.heldBytes() - plan.bytes()).isBetween(1L, 2200L);
        }
    }

    @Test
    void evictionRemovesWhatThePlanNamed() throws IOException {
        fill();
        try (FileSystemKvStore store = open(2200, Duration.ofDays(2))) {
            store.openReport();
            leaveDeadTemporary();
            List<Path> planned =
                    store.planEviction().victims().stream().map(Victim::file).toList();
            assertThat(planned).allSatisfy(path -> assertThat(path).exists());
            assertThat(store.evictToBudget()).isEqualTo(planned.size());
            assertThat(planned).allSatisfy(path -> assertThat(path).doesNotExist());
            assertThat(file("newest")).exists();
            assertThat(directory.resolve("notes.txt")).exists();
        }
    }

    @Test
    void withinItsBudgetNothingGoes() throws IOException {
        fill();
        try (FileSystemKvStore store = open(1 << 20, Duration.ofDays(1000))) {
            EvictionPlan plan = store.planEviction();
            assertThat(plan.victims()).isEmpty();
            assertThat(plan.suffices()).isTrue();
            assertThat(plan.budgetBytes()).isEqualTo(1 << 20);
        }
    }

    @Test
    void whatIsPinnedIsNotPlannedAndAPlanMayNotSuffice() throws IOException {
        fill();
        List<Victim> victims = new ArrayList<>();
        try (FileSystemKvStore store = open(2200, Duration.ofDays(1000))) {
            store.pin(KvcKey.of("oldest"), null);
            EvictionPlan plan = store.planEviction();
            victims.addAll(plan.victims());
            assertThat(victims).extracting(Victim::file).doesNotContain(file("oldest"));
        }
        Files.write(directory.resolve("large.bin"), new byte[5000]);
        try (FileSystemKvStore store = open(2200, Duration.ofDays(1000))) {
            assertThat(store.planEviction().suffices()).isFalse();
        }
    }
}
