package dev.kvc.simulator.report;

import dev.kvc.simulator.Outcome;
import dev.kvc.simulator.Report;
import dev.kvc.simulator.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** A report as an aligned table, with one line for each policy and one column for each budget. */
public final class TextReport {
    private TextReport() {}

    /** The report, ending in a line break: token hit ratios, then what else was counted. */
    public static String of(Report report) {
        StringBuilder out = new StringBuilder(heading(report));
        out.append(table("token hit ratio", report, outcome -> ratio(outcome.tokenHitRatio())));
        out.append(table("request hit ratio", report, outcome -> ratio(outcome.requestHitRatio())));
        out.append(table("GB written", report, outcome -> gigabytes(outcome.bytesWritten())));
        out.append(table("evictions", report, outcome -> String.format(Locale.ROOT, "%,d", outcome.evictions())));
        return out.toString();
    }

    private static String heading(Report report) {
        return String.format(
                Locale.ROOT,
                "%s, sizes %s: %,d requests, %,d prompt tokens%n"
                        + "without a budget: %s GB, token hit ratio %s, request hit ratio %s%n",
                report.trace(),
                report.sizeModel(),
                report.unbounded().requests(),
                report.unbounded().promptTokens(),
                gigabytes(report.unbounded().bytesWritten()),
                ratio(report.unbounded().tokenHitRatio()),
                ratio(report.unbounded().requestHitRatio()));
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

    /** Without the zeros behind. */
    static String share(double share) {
        String text = Double.toString(share);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
}
