package dev.kvc.simulator.report;

import dev.kvc.simulator.FleetOutcome;
import dev.kvc.simulator.FleetReport;
import dev.kvc.simulator.FleetResult;
import dev.kvc.simulator.Outcome;
import dev.kvc.simulator.Report;
import dev.kvc.simulator.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Reports as aligned tables. */
public final class TextReport {
    private TextReport() {}

    /**
     * The report, ending in a line break: token hit ratios, then what else was counted; each a table with one line for
     * each policy and one column for each budget.
     */
    public static String of(Report report) {
        StringBuilder out = new StringBuilder(heading(report.trace(), report.sizeModel(), report.unbounded()));
        out.append(table("token hit ratio", report, outcome -> ratio(outcome.tokenHitRatio())));
        out.append(table("request hit ratio", report, outcome -> ratio(outcome.requestHitRatio())));
        out.append(table("GB written", report, outcome -> gigabytes(outcome.bytesWritten())));
        out.append(table("evictions", report, outcome -> count(outcome.evictions())));
        return out.toString();
    }

    /** The fleets, a line for each router and number of engines, ending in a line break. */
    public static String of(FleetReport report) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "router",
                "engines",
                "alone",
                "local",
                "shared",
                "together",
                "fetches",
                "GB down",
                "GB up",
                "MB down/request",
                "MB up/request",
                "busiest"));
        report.results().forEach(result -> rows.add(row(result)));
        return heading(report.trace(), report.sizeModel(), report.unbounded())
                + String.format(
                        Locale.ROOT,
                        "each engine: %s%nshared by all: %s%s%n%n",
                        cache(report.local()),
                        cache(report.shared()),
                        admission(report))
                + aligned(rows);
    }

    private static List<String> row(FleetResult result) {
        FleetOutcome shared = result.shared();
        return List.of(
                result.router().label(),
                count(result.engines()),
                ratio(result.alone().tokenHitRatio()),
                ratio(shared.localHitRatio()),
                ratio(shared.sharedHitRatio()),
                ratio(shared.tokenHitRatio()),
                count(shared.fetches()),
                gigabytes(shared.bytesDown()),
                gigabytes(shared.bytesUp()),
                megabytes(shared.bytesDown(), shared.requests()),
                megabytes(shared.bytesUp(), shared.requests()),
                String.format(Locale.ROOT, "%.1f", result.imbalance()));
    }

    private static String cache(FleetReport.Cache cache) {
        return cache.policy() + ", " + gigabytes(cache.budgetBytes()) + " GB (" + share(cache.budgetShare()) + ")";
    }

    private static String admission(FleetReport report) {
        return (report.minTokens() > 0 ? ", from " + count(report.minTokens()) + " tokens on" : "")
                + (report.onSecondHit() ? ", and others at their second hit" : "");
    }

    private static String heading(String trace, String sizeModel, Outcome unbounded) {
        return String.format(
                Locale.ROOT,
                "%s, sizes %s: %,d requests, %,d prompt tokens%n"
                        + "without a budget: %s GB, token hit ratio %s, request hit ratio %s%n",
                trace,
                sizeModel,
                unbounded.requests(),
                unbounded.promptTokens(),
                gigabytes(unbounded.bytesWritten()),
                ratio(unbounded.tokenHitRatio()),
                ratio(unbounded.requestHitRatio()));
    }

    private static String table(String title, Report report, Function<Outcome, String> cell) {
        List<List<String>> rows = new ArrayList<>();
        List<String> heads = new ArrayList<>(List.of(title));
        report.budgets().forEach(share -> heads.add(share(share)));
        rows.add(heads);
        for (String policy : report.policies()) {
            List<String> row = new ArrayList<>(List.of(policy));
            for (Result result : report.resultsOf(policy)) {
                row.add(cell.apply(result.outcome()));
            }
            rows.add(row);
        }
        return System.lineSeparator() + aligned(rows);
    }

    /** The first column to the left, numbers to the right. */
    private static String aligned(List<List<String>> rows) {
        StringBuilder out = new StringBuilder();
        for (List<String> row : rows) {
            for (int column = 0; column < row.size(); column++) {
                int at = column;
                int width = rows.stream()
                        .mapToInt(each -> each.get(at).length())
                        .max()
                        .orElse(0);
                String padding = " ".repeat(width - row.get(column).length());
                out.append(column == 0 ? row.get(column) + padding : "  " + padding + row.get(column));
            }
            out.append(System.lineSeparator());
        }
        return out.toString();
    }

    /** Four digits: hit ratios that differ by less differ by chance. */
    static String ratio(double ratio) {
        return String.format(Locale.ROOT, "%.4f", ratio);
    }

    static String gigabytes(long bytes) {
        return String.format(Locale.ROOT, "%,.1f", bytes / 1e9);
    }

    private static String megabytes(long bytes, long requests) {
        return String.format(Locale.ROOT, "%,.1f", requests == 0 ? 0 : bytes / 1e6 / requests);
    }

    private static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** Without the zeros behind. */
    static String share(double share) {
        String text = Double.toString(share);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
}
