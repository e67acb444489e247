package dev.kvc.simulator.report;

import static dev.kvc.simulator.page.Markup.escaped;

import dev.kvc.simulator.Outcome;
import dev.kvc.simulator.Report;
import dev.kvc.simulator.Result;
import dev.kvc.simulator.page.Page;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Reports as one page that needs nothing but itself: curves, a button for each that hides it, and the numbers. It opens
 * without a network, reads on a phone and in the dark, and all of it can be reached by keyboard.
 */
public final class HtmlReport {
    private final StringBuilder out = new StringBuilder();

    private HtmlReport() {}

    /**
     * The page.
     *
     * @param reports a section each
     * @param note what made it, and when: printed under the title
     */
    public static String of(List<Report> reports, String note) {
        HtmlReport html = new HtmlReport();
        html.out
                .append("<h1>Eviction policies on recorded traffic</h1>\n<p><code>")
                .append(escaped(note))
                .append("</code></p>\n");
        reports.forEach(html::section);
        return new Page("KVC: eviction policies on recorded traffic", SvgChart.STYLE, "", html.out.toString()).html();
    }

    /**
     * The curves of one report, buttons and numbers, for a page of another kind, which has {@link SvgChart#STYLE}.
     *
     * @param axis what its budgets are called
     */
    public static String curves(Report report, BudgetAxis axis) {
        HtmlReport html = new HtmlReport();
        html.content(report, axis);
        return html.out.toString();
    }

    private void section(Report report) {
        Outcome unbounded = report.unbounded();
        out.append("<section>\n<h2>")
                .append(escaped(report.trace() + ", sizes " + report.sizeModel()))
                .append("</h2>\n")
                .append(String.format(
                        Locale.ROOT,
                        "<p>%,d requests. Without a budget: %s GB, token hit ratio %s.</p>%n",
                        unbounded.requests(),
                        TextReport.gigabytes(unbounded.bytesWritten()),
                        TextReport.ratio(unbounded.tokenHitRatio())));
        content(report, BudgetAxis.shares(report));
        out.append("</section>\n");
    }

    private void content(Report report, BudgetAxis axis) {
        out.append("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Curves\">\n")
                .append(SvgChart.within(report, axis))
                .append("</div>\n");
        legend(report);
        table("Token hit ratio", report, axis, outcome -> TextReport.ratio(outcome.tokenHitRatio()));
        table("Request hit ratio", report, axis, outcome -> TextReport.ratio(outcome.requestHitRatio()));
        table("GB written", report, axis, outcome -> TextReport.gigabytes(outcome.bytesWritten()));
        table("Evictions", report, axis, outcome -> String.format(Locale.ROOT, "%,d", outcome.evictions()));
    }

    private void legend(Report report) {
        out.append("<div class=\"legend\" role=\"group\" aria-label=\"Curves\">\n");
        for (String policy : report.policies()) {
            out.append(String.format(
                    Locale.ROOT,
                    "<button type=\"button\" aria-pressed=\"true\" data-policy=\"%s\"><svg class=\"swatch\" viewBox=\"0 0 2 2\">"
                            + "<circle cx=\"1\" cy=\"1\" r=\"1\" fill=\"%s\"/></svg>%s</button>%n",
                    escaped(policy),
                    SvgChart.colour(report, policy),
                    escaped(policy)));
        }
        out.append("</div>\n");
    }

    private void table(String title, Report report, BudgetAxis axis, Function<Outcome, String> cell) {
        out.append("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"")
                .append(title)
                .append("\">\n<table>\n<caption>")
                .append(title)
                .append("</caption>\n<tr><th scope=\"col\">budget</th>");
        report.budgets()
                .forEach(share -> out.append("<th scope=\"col\">")
                        .append(escaped(axis.label(share)))
                        .append("</th>"));
        out.append("</tr>\n");
        for (String policy : report.policies()) {
            out.append(
                    String.format(Locale.ROOT, "<tr data-policy=\"%s\"><th scope=\"row\">%<s</th>", escaped(policy)));
            for (Result result : report.resultsOf(policy)) {
                out.append("<td>").append(cell.apply(result.outcome())).append("</td>");
            }
            out.append("</tr>\n");
        }
        out.append("</table>\n</div>\n");
    }
}
