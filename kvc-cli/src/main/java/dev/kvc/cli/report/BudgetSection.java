package dev.kvc.cli.report;

import dev.kvc.cli.text.Units;
import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.simulator.Bound;
import dev.kvc.simulator.Report;
import dev.kvc.simulator.Simulation;
import dev.kvc.simulator.SizeModel;
import dev.kvc.simulator.report.BudgetAxis;
import dev.kvc.simulator.report.HtmlReport;
import dev.kvc.simulator.trace.Trace;
import dev.kvc.store.SnapshotInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What other budgets would do: from a recording, by replaying it; without one, from what the snapshots were hit so far,
 * which says nothing of larger budgets.
 */
public final class BudgetSection {
    private static final List<Double> MULTIPLES = List.of(0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0);
    private static final List<Double> SHARES = List.of(1.0, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125, 0.0625);

    private BudgetSection() {}

    /**
     * Replays a recording.
     *
     * @param policy the directory's
     * @param budgetBytes what the directory may hold, or holds, above 0; smaller and larger ones are replayed with it
     */
    public static String replayed(Trace trace, EvictionPolicyFactory policy, long budgetBytes)
            throws IOException, InterruptedException {
        long unbounded = simulation(trace).build().run().unbounded().bytesWritten();
        if (unbounded == 0) {
            return "<p>The recording has no save, so there is nothing to replay.</p>\n";
        }
        Report report = simulation(trace)
                .policies(policy.name().equals("lru") ? List.of(policy) : List.of(policy, EvictionPolicies.lru()))
                .bounds(List.of(Bound.FORESIGHT))
                .budgets(budgets((double) budgetBytes / unbounded))
                .build()
                .run();
        return new Html()
                .markup("<p>")
                .text(report.unbounded().requests() + " requests of the recording " + report.trace()
                        + ", replayed: the share of the tokens asked for that would have been found. The directory's budget"
                        + " is " + Units.size(budgetBytes) + ", its policy " + policy.name()
                        + "; without a budget, " + Units.size(unbounded) + " would have been kept.")
                .markup("</p>%n")
                .append(HtmlReport.curves(report, axis(unbounded)))
                .toString();
    }

    private static Simulation.Builder simulation(Trace trace) {
        return Simulation.builder(trace)
                .sizeModel(SizeModel.recorded())
                .bounds(List.of())
                .budgets(List.of());
    }

    /** Up to the first that keeps everything: beyond it all are the same. */
    private static List<Double> budgets(double present) {
        List<Double> shares = new ArrayList<>();
        for (double multiple : MULTIPLES) {
            shares.add(multiple * present);
            if (multiple * present >= 1) {
                break;
            }
        }
        return shares;
    }

    private static BudgetAxis axis(long unboundedBytes) {
        return new BudgetAxis("budget", share -> Units.size(Math.round(share * unboundedBytes)));
    }

    /** Looks back, at what the snapshots that a smaller budget would keep were hit. */
    public static String lookingBack(Snapshots snapshots, String policy) {
        BarTable table = new BarTable("Hits of what would be kept", List.of("budget", "", "of all hits", "count"));
        Map<SnapshotId, SnapshotInfo> left = new HashMap<>();
        snapshots.all().forEach(info -> left.put(info.id(), info));
        long all = snapshots.bytes();
        long bytes = all;
        long hits = snapshots.hits();
        int next = 0;
        for (double share : SHARES) {
            while (bytes > share * all && next < snapshots.order().size()) {
                SnapshotInfo victim = left.remove(snapshots.order().get(next++));
                bytes -= victim == null ? 0 : victim.storedBytes();
                hits -= victim == null ? 0 : victim.header().hitCount();
            }
            table.row(
                    Units.size(Math.round(share * all)),
                    (double) hits,
                    0,
                    Units.share(hits, snapshots.hits()),
                    Integer.toString(left.size()));
        }
        return new Html()
                .element(
                        "p",
                        "If the directory were made smaller now, " + policy
                                + " would keep snapshots with so many of the"
                                + " hits that were counted so far. That looks back, and cannot say what a larger budget"
                                + " would give. To look ahead, record what is asked of it, and make this page again with"
                                + " the recording:")
                .markup("<pre tabindex=\"0\"><code>kvc record --out week.jsonl.gz --for 7d%n")
                .markup("kvc report --out cache.html --trace week.jsonl.gz</code></pre>%n")
                .append(table.draw())
                .toString();
    }
}
