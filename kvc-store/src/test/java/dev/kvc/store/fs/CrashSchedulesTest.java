package dev.kvc.store.fs;

import dev.kvc.faultfs.PowerCut;
import dev.kvc.format.Namespace;
import dev.kvc.store.Durability;
import dev.kvc.store.SaveOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many random schedules: a few operations, the world stopped at one of the changes that they make, in half of them a
 * power cut on top of it, a look at what is left; and then the same again on that.
 *
 * <p>{@code -Dkvc.seed=N} runs the schedule of that seed alone; {@code -Psoak -Dkvc.schedules=N} as many as wanted.
 */
class CrashSchedulesTest {
    private static final int SCHEDULES = 4_000;
    private static final List<String> TEXTS = List.of("one", "one two", "one two three", "four", "five");
    private static final int MOST_CHANGES = 24;

    @TempDir(factory = QuickScratch.class)
    Path directory;

    @Test
    void u8_u13_what_was_saved_is_whole_after_a_crash_or_a_power_cut_at_any_change() {
        Long seed = Long.getLong("kvc.seed");
        LongStream seeds = seed == null ? LongStream.range(0, SCHEDULES).parallel() : LongStream.of(seed);
        seeds.forEach(this::run);
    }

    @Test
    @Tag("soak")
    void u8_u13_so_it_is_in_many_more_schedules() {
        LongStream.range(SCHEDULES, Integer.getInteger("kvc.schedules", 100_000))
                .parallel()
                .forEach(this::run);
    }

    private void run(long seed) {
        List<String> story = new ArrayList<>();
        try {
            Path own = directory.resolve(Long.toString(seed));
            run(new Random(seed), own, story);
            deleteTree(own);
        } catch (IOException | RuntimeException | AssertionError e) {
            throw new AssertionError(
                    "schedule " + seed + ", to run it again: -Dkvc.seed=" + seed + "\n" + String.join("\n", story), e);
        }
    }

    private static void run(Random random, Path directory, List<String> story) throws IOException {
        Durability durability = pick(random, Durability.values());
        int budget = 1_200 + random.nextInt(2_000);
        CrashingStore store = new CrashingStore(directory, budget, durability);
        try {
            for (int life = random.nextInt(4) == 0 ? 2 : 1; life > 0; life--) {
                live(store, random);
                if (random.nextBoolean()) {
                    store.cutPowerAndCheck(TEXTS, PowerCut.seeded(random.nextLong()));
                } else {
                    store.crashAndCheck(TEXTS);
                }
                store.open();
            }
        } catch (IOException | RuntimeException | AssertionError e) {
            story.addAll(store.story());
            throw e;
        } finally {
            store.close();
        }
    }

    private static void live(CrashingStore store, Random random) throws IOException {
        store.files().stopAfter(random.nextInt(MOST_CHANGES));
        for (int i = 0; i < 16 && !store.files().isStopped(); i++) {
            operate(store, random);
        }
    }

    private static void operate(CrashingStore store, Random random) throws IOException {
        Namespace namespace = random.nextInt(3) == 0 ? CrashingStore.TENANT : Namespace.DEFAULT;
        String text = TEXTS.get(random.nextInt(TEXTS.size()));
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3, 4 -> store.save(namespace, text, 16 + random.nextInt(1_000), options(random));
            case 5, 6 -> store.hit(namespace, text);
            case 7 -> store.touch(namespace, text);
            case 8 -> store.reject(namespace, text);
            case 9 -> store.remove(namespace, text);
            case 10 -> store.damage(namespace, text);
            default -> store.evictToBudget();
        }
    }

    private static SaveOptions options(Random random) {
        SaveOptions options = random.nextInt(4) == 0 ? SaveOptions.IF_ABSENT : SaveOptions.DEFAULT;
        return random.nextBoolean() ? options : options.durability(pick(random, Durability.values()));
    }

    private static <T> T pick(Random random, T[] values) {
        return values[random.nextInt(values.length)];
    }

    private static void deleteTree(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
