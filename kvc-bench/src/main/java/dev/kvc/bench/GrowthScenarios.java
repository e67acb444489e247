package dev.kvc.bench;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.store.fs.IndexProbe;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the index grows: the same operations at 100 to 1 000 000 snapshots that have no files. */
final class GrowthScenarios {
    static final List<Integer> COUNTS = List.of(100, 1_000, 10_000, 100_000, 1_000_000);
    private static final int PLANNED = 100;

    private GrowthScenarios() {}

    static List<Scenario> all() {
        return List.of(
                growth("growth-find", 20_000, index -> index.contains(17)),
                growth("growth-replace", 2_000, index -> index.replace(17)),
                growth("growth-plan", 200, index -> index.plan(PLANNED)),
                growth("growth-prefix", 1, new PrefixLookup()));
    }

    /** What is done to an index. */
    private interface Work {
        void run(IndexProbe index);
    }

    private record PrefixLookup(ByteBuffer prompt) implements Work {
        PrefixLookup() {
            this(ByteBuffer.wrap(DirectoryScenarios.prompt()));
        }

        @Override
        public void run(IndexProbe index) {
            index.beginningsOf(prompt);
        }
    }

    private static Scenario growth(String name, int batch, Work work) {
        List<Side> sides = new ArrayList<>();
        for (int count : COUNTS) {
            sides.add(new Side(side(count), lab -> {
                IndexProbe index = new IndexProbe(EvictionPolicies.lru().create());
                for (int i = 0; i < count; i++) {
                    index.add();
                }
                return () -> work.run(index);
            }));
        }
        return Scenario.time(name, 9, batch, lab -> {}, sides).onlyInFull();
    }

    private static String side(int count) {
        return String.format(Locale.ROOT, "%d snapshots", count);
    }

    /** Time against count, from what was measured; empty if nothing was. */
    static Optional<String> plot(Results results) {
        Plot plot = new Plot("Time against the number of snapshots", "snapshots", "time of one operation");
        line(plot, results, "open, from files", "open-%d", "KVC");
        line(plot, results, "prefix lookup, 256 KiB prompt, in memory", "growth-prefix", null);
        line(plot, results, "prefix lookup, ds4's way (replica)", "prefix-%d", "replica of ds4");
        line(plot, results, "eviction: plan 100 victims", "growth-plan", null);
        line(plot, results, "index: remove and insert", "growth-replace", null);
        line(plot, results, "index: find", "growth-find", null);
        return plot.svg();
    }

    private static void line(Plot plot, Results results, String name, String scenario, @Nullable String sideOrNull) {
        List<Plot.Point> points = new ArrayList<>();
        for (int count : COUNTS) {
            results.find(String.format(Locale.ROOT, scenario, count), sideOrNull == null ? side(count) : sideOrNull)
                    .ifPresent(measured -> points.add(new Plot.Point(count, measured.median())));
        }
        if (points.size() > 1) {
            plot.line(name, points);
        }
    }
}
