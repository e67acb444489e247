package dev.kvc.simulator.report;

import static dev.kvc.simulator.page.Markup.escaped;

import dev.kvc.simulator.Report;
import dev.kvc.simulator.Result;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The curves of one report: token hit ratio against budget, a line for each policy, dashes for bounds, dots for the
 * ceiling. Budgets stand on a logarithmic axis. The drawing brings its own style, for light and for dark, and needs no
 * script and no network.
 */
public final class SvgChart {
    static final int WIDTH = 720;
    static final int HEIGHT = 440;
    private static final int LEFT = 52;
    private static final int RIGHT = 170;
    private static final int TOP = 40;
    private static final int BOTTOM = 48;
    private static final int LABEL = 14;

    /** Okabe and Ito's colours, which people who see colours differently can tell apart; black and yellow left out. */
    private static final List<String> COLOURS =
            List.of("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#7F6BD8", "#8C8C3C");

    /** The style of drawings, for a page that has several. */
    public static final String STYLE = """
            .kvc-chart{font:12px system-ui,sans-serif;fill:#1b1f24;background:#fff}
            .kvc-chart .grid{stroke:#d0d7de;stroke-width:1}
            .kvc-chart .curve{fill:none;stroke-width:2}
            .kvc-chart .bound{stroke-dasharray:6 4}
            .kvc-chart .ceiling{stroke:#6e7781;stroke-dasharray:1 4;fill:none;stroke-width:2}
            .kvc-chart .title{font-weight:600;font-size:14px}
            @media (prefers-color-scheme:dark){
            .kvc-chart{fill:#e6edf3;background:#0d1117}
            .kvc-chart .grid{stroke:#30363d}
            .kvc-chart .ceiling{stroke:#9198a1}}
            """;

    private final Report report;
    private final BudgetAxis axis;
    private final double lowest;
    private final double highest;
    private final double top;
    private final StringBuilder out = new StringBuilder();

    private SvgChart(Report report, BudgetAxis axis) {
        this.report = report;
        this.axis = axis;
        double first = report.budgets().stream().mapToDouble(x -> x).min().orElse(0.1);
        double last = report.budgets().stream().mapToDouble(x -> x).max().orElse(1);
        lowest = first < last ? first : first / 2;
        highest = first < last ? last : last * 2;
        top = Math.max(0.05, Math.ceil(report.unbounded().tokenHitRatio() * 20) / 20);
    }

    /** The drawing as a file of its own. */
    public static String of(Report report) {
        return new SvgChart(report, BudgetAxis.shares(report)).draw("<style>" + STYLE + "</style>");
    }

    /** The drawing for a page that has the style. */
    static String within(Report report, BudgetAxis axis) {
        return new SvgChart(report, axis).draw("");
    }

    /** The colour of a policy's curve. */
    static String colour(Report report, String policy) {
        return COLOURS.get(report.policies().indexOf(policy) % COLOURS.size());
    }

    private String draw(String style) {
        String title = "Token hit ratio against budget: " + report.trace() + ", sizes " + report.sizeModel();
        append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"kvc-chart\" role=\"img\" viewBox=\"0 0 %d %d\">",
                WIDTH, HEIGHT);
        append("<title>%s</title>%s", escaped(title), style);
        append("<text class=\"title\" x=\"%d\" y=\"20\">%s</text>", LEFT, escaped(title));
        grid();
        ceiling();
        report.policies().forEach(this::curve);
        labels();
        append("</svg>");
        return out.toString();
    }

    private void append(String format, Object... arguments) {
        out.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    private double x(double budget) {
        double along = Math.log(budget / lowest) / Math.log(highest / lowest);
        return LEFT + along * (WIDTH - LEFT - RIGHT);
    }

    private double y(double ratio) {
        return HEIGHT - BOTTOM - ratio / top * (HEIGHT - TOP - BOTTOM);
    }

    private void grid() {
        double end = x(highest);
        for (int i = 0; i <= 5; i++) {
            double ratio = top * i / 5;
            append(
                    "<path class=\"grid\" d=\"M%d %.1fH%.1f\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.2f</text>",
                    LEFT, y(ratio), end, LEFT - 8, y(ratio) + 4, ratio);
        }
        for (double budget : report.budgets()) {
            append(
                    "<path class=\"grid\" d=\"M%.1f %dV%d\"/><text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    x(budget), TOP, HEIGHT - BOTTOM, x(budget), HEIGHT - BOTTOM + 18, escaped(axis.label(budget)));
        }
        append(
                "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                (LEFT + end) / 2, HEIGHT - 10, escaped(axis.caption()));
    }

    private void ceiling() {
        double ratio = report.unbounded().tokenHitRatio();
        append(
                "<path class=\"ceiling\" d=\"M%d %.1fH%.1f\"><title>ceiling %s</title></path>",
                LEFT, y(ratio), x(highest), TextReport.ratio(ratio));
    }

    private void curve(String policy) {
        List<Result> results = report.resultsOf(policy).stream()
                .sorted(Comparator.comparingDouble(Result::budgetShare))
                .toList();
        StringBuilder path = new StringBuilder();
        for (Result result : results) {
            path.append(String.format(
                    Locale.ROOT,
                    "%s%.1f %.1f",
                    path.isEmpty() ? "M" : "L",
                    x(result.budgetShare()),
                    y(result.outcome().tokenHitRatio())));
        }
        String colour = colour(report, policy);
        append("<g data-policy=\"%s\">", escaped(policy));
        append(
                "<path class=\"curve%s\" stroke=\"%s\" d=\"%s\"/>",
                Report.isBound(policy) ? " bound" : "", colour, path);
        for (Result result : results) {
            append(
                    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"><title>%s at %s: %s</title></circle>",
                    x(result.budgetShare()),
                    y(result.outcome().tokenHitRatio()),
                    colour,
                    escaped(policy),
                    escaped(axis.label(result.budgetShare())),
                    TextReport.ratio(result.outcome().tokenHitRatio()));
        }
        append("</g>");
    }

    /** In the order of the policies, beside the curves: their ends often lie on each other. */
    private void labels() {
        int left = WIDTH - RIGHT + 20;
        int line = 0;
        for (String policy : report.policies()) {
            double at = TOP + 8 + LABEL * 1.4 * line++;
            append(
                    "<path class=\"curve%s\" stroke=\"%s\" d=\"M%d %.1fh22\"/><text x=\"%d\" y=\"%.1f\">%s</text>",
                    Report.isBound(policy) ? " bound" : "",
                    colour(report, policy),
                    left,
                    at,
                    left + 28,
                    at + 4,
                    escaped(policy));
        }
        double at = TOP + 8 + LABEL * 1.4 * line;
        append(
                "<path class=\"ceiling\" d=\"M%d %.1fh22\"/><text x=\"%d\" y=\"%.1f\">ceiling</text>",
                left, at, left + 28, at + 4);
    }
}
