package dev.kvc.cli.report;

import dev.kvc.cli.text.Units;
import dev.kvc.simulator.page.Markup;
import dev.kvc.simulator.page.Page;
import dev.kvc.simulator.report.SvgChart;
import dev.kvc.store.SnapshotInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What a directory holds, as one page that needs nothing but itself. Not safe for several threads. */
public final class CacheReport {
    private static final int NEVER_HIT = 20;

    private final Snapshots snapshots;
    private final long nowUnix;
    private final Html out = new Html();

    private CacheReport(Snapshots snapshots, long nowUnix) {
        this.snapshots = snapshots;
        this.nowUnix = nowUnix;
    }

    /**
     * The page.
     *
     * @param name of the directory
     * @param snapshots what it holds
     * @param budgets markup of the section on other budgets, from {@link BudgetSection}
     * @param nowUnix the time that ages are told from
     * @throws IOException if a text that is to be shown cannot be read
     */
    public static String of(String name, Snapshots snapshots, String budgets, long nowUnix) throws IOException {
        return new CacheReport(snapshots, nowUnix).page(name, budgets);
    }

    private String page(String name, String budgets) throws IOException {
        out.element("h1", "What the cache holds");
        out.markup("<p><code>").text(name).markup("</code>, %s</p>%n", Units.time(nowUnix));
        figures();
        if (snapshots.all().isEmpty()) {
            out.element("p", "There is no snapshot in it.");
        } else {
            tree();
            bubbles();
            ages();
            lengths();
        }
        out.markup("<section>%n<h2>Other budgets</h2>%n").append(budgets).markup("</section>%n");
        neverHit();
        String style = SvgChart.STYLE + Markup.read(CacheReport.class.getResourceAsStream("report.css"));
        String script = Markup.read(CacheReport.class.getResourceAsStream("report.js"));
        return new Page("KVC: " + name, style, script, out.toString()).html();
    }

    private void figures() {
        long never = neverHitSnapshots().stream()
                .mapToLong(SnapshotInfo::storedBytes)
                .sum();
        out.markup("<dl class=\"figures\">%n");
        figure("snapshots", String.format(Locale.ROOT, "%,d", snapshots.all().size()));
        figure("in all", Units.size(snapshots.bytes()));
        figure("tokens", String.format(Locale.ROOT, "%,d", snapshots.tokens()));
        figure("hits", String.format(Locale.ROOT, "%,d", snapshots.hits()));
        figure("never hit", Units.share(never, snapshots.bytes()));
        out.markup("</dl>%n");
    }

    private void figure(String name, String value) {
        out.markup("<div><dt>").text(name).markup("</dt><dd>").text(value).markup("</dd></div>%n");
    }

    private void tree() throws IOException {
        out.markup("<section>%n<h2>How texts go on from each other</h2>%n");
        out.element(
                "p",
                "Each snapshot hangs under the longest stored one that its text begins with, as wide as it and all under"
                        + " it are large. Colours tell when it was last used:");
        out.markup("<p class=\"key\">");
        for (Recency each : Recency.values()) {
            out.markup(
                            "<span><svg class=\"swatch %s\" viewBox=\"0 0 2 2\"><rect width=\"2\" height=\"2\"/></svg>",
                            each.style())
                    .text(each.label())
                    .markup("</span> ");
        }
        out.markup("</p>%n");
        Icicle icicle = new Icicle(new Forest(snapshots), snapshots.texts(), nowUnix);
        out.append(icicle.draw());
        out.markup("<details><summary>As a table</summary>%n")
                .append(icicle.table())
                .markup("</details>%n</section>%n");
    }

    private void bubbles() {
        out.markup("<section>%n<h2>Sizes and hits</h2>%n").append(new Bubbles(snapshots.all()).draw());
        Classes<Integer> hits = new Classes<>(info -> Doubling.of(info.header().hitCount()));
        snapshots.all().forEach(hits::add);
        List<List<String>> rows = new ArrayList<>();
        hits.forEach((index, sum) -> rows.add(List.of(
                Doubling.label(index),
                Long.toString(sum.count()),
                Units.size(sum.bytes()),
                Units.size(sum.bytes() / sum.count()))));
        out.markup("<details><summary>As a table</summary>%n")
                .table("By hits", List.of("hits", "snapshots", "size", "mean size"), rows)
                .markup("</details>%n</section>%n");
    }

    private void ages() {
        Classes<Recency> ages = new Classes<>(info -> Recency.ofCreation(info, nowUnix));
        snapshots.all().forEach(ages::add);
        BarTable table = new BarTable("Saved", List.of("when", "", "size", "count", "never hit"));
        for (Recency each : Recency.values()) {
            Classes.Sum sum = ages.get(each);
            table.row(
                    each.label(),
                    (double) sum.bytes(),
                    (double) sum.neverHitBytes(),
                    Units.size(sum.bytes()),
                    Long.toString(sum.count()),
                    Units.share(sum.neverHitBytes(), sum.bytes()));
        }
        out.markup("<section>%n<h2>Ages</h2>%n").append(bars(table)).markup("</section>%n");
    }

    private void lengths() {
        Classes<Integer> lengths =
                new Classes<>(info -> Doubling.of(info.header().tokenCount()));
        snapshots.all().forEach(lengths::add);
        BarTable table =
                new BarTable("Hits for each snapshot", List.of("tokens", "", "each", "count", "size", "never hit"));
        lengths.forEach((index, sum) -> table.row(
                Doubling.label(index),
                (double) sum.hits() / sum.count(),
                0,
                String.format(Locale.ROOT, "%.1f", (double) sum.hits() / sum.count()),
                Long.toString(sum.count()),
                Units.size(sum.bytes()),
                Units.share(sum.neverHitBytes(), sum.bytes())));
        out.markup("<section>%n<h2>Reuse by length of the prefix</h2>%n")
                .append(table.draw())
                .markup("</section>%n");
    }

    private static String bars(BarTable table) {
        return "<p class=\"key\"><span><svg class=\"swatch\" viewBox=\"0 0 2 2\"><rect class=\"hit\" width=\"2\" height=\"2\"/></svg>"
                + "hit</span> <span><svg class=\"swatch\" viewBox=\"0 0 2 2\"><rect class=\"never\" width=\"2\" height=\"2\"/></svg>"
                + "never hit</span></p>\n" + table.draw();
    }

    private List<SnapshotInfo> neverHitSnapshots() {
        return snapshots.all().stream()
                .filter(info -> info.header().hitCount() == 0)
                .toList();
    }

    private void neverHit() throws IOException {
        out.markup("<section>%n<h2>The largest that were never hit</h2>%n");
        List<SnapshotInfo> largest = neverHitSnapshots().stream()
                .sorted(Comparator.comparingLong(SnapshotInfo::storedBytes)
                        .reversed()
                        .thenComparing(SnapshotInfo::id))
                .limit(NEVER_HIT)
                .toList();
        List<List<String>> rows = new ArrayList<>();
        boolean showsTexts = false;
        for (SnapshotInfo info : largest) {
            String text = snapshots.texts().of(info, 0);
            showsTexts |= !text.isEmpty();
            rows.add(List.of(
                    Describe.shortKey(info),
                    Units.size(info.storedBytes()),
                    Long.toString(info.header().tokenCount()),
                    Units.ago(info.header().createdUnix(), nowUnix),
                    info.header().saveReason().toString(),
                    text));
        }
        List<String> headings = List.of("key", "size", "tokens", "age", "reason", showsTexts ? "text" : "");
        if (rows.isEmpty()) {
            out.element("p", "All have been hit.");
        } else {
            out.table("Never hit", headings, rows);
        }
        out.markup("</section>%n");
    }
}
