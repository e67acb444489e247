package dev.kvc.simulator.report;

import static dev.kvc.simulator.report.Markup.escaped;

import dev.kvc.simulator.Outcome;
import dev.kvc.simulator.Report;
import dev.kvc.simulator.Result;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
        return new HtmlReport().page(reports, note);
    }

    private String page(List<Report> reports, String note) {
        out.append("""
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>KVC: eviction policies on recorded traffic</title>
                <style>
                """)
                .append(resource("page.css"))
                .append(SvgChart.STYLE)
                .append("</style>\n</head>\n<body>\n<main>\n");
        out.append("<h1>Eviction policies on recorded traffic</h1>\n<p><code>")
                .append(escaped(note))
                .append("</code></p>\n");
        reports.forEach(this::section);
        out.append("</main>\n<script>\n").append(resource("page.js")).append("</script>\n</body>\n</html>\n");
        return out.toString();
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
        out.append("<div class=\"wide\">\n").append(SvgChart.within(report)).append("</div>\n");
        legend(report);
        table("Token hit ratio", report, outcome -> TextReport.ratio(outcome.tokenHitRatio()));
        table("Request hit ratio", report, outcome -> TextReport.ratio(outcome.requestHitRatio()));
        table("GB written", report, outcome -> TextReport.gigabytes(outcome.bytesWritten()));
        table("Evictions", report, outcome -> String.format(Locale.ROOT, "%,d", outcome.evictions()));
        out.append("</section>\n");
    }

    private void legend(Report report) {
        out.append("<div class=\"legend\" role=\"group\" aria-label=\"Curves\">\n");
        for (String policy : report.policies()) {
            out.append(String.format(
                    Locale.ROOT,
                    "<button type=\"button\" aria-pressed=\"true\" data-policy=\"%s\"><i style=\"background:%s\"></i>%s"
                            + "</button>%n",
                    escaped(policy),
                    SvgChart.colour(report, policy),
                    escaped(policy)));
        }
        out.append("</div>\n");
    }

    private void table(String title, Report report, Function<Outcome, String> cell) {
        out.append("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"")
                .append(title)
                .append("\">\n<table>\n<caption>")
                .append(title)
                .append("</caption>\n<tr><th scope=\"col\">budget</th>");
        report.budgets()
                .forEach(share -> out.append("<th scope=\"col\">")
                        .append(TextReport.share(share))
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

    private static String resource(String name) {
        try (InputStream bytes = HtmlReport.class.getResourceAsStream(name)) {
            if (bytes == null) {
                throw new IllegalStateException(name + " is not beside " + HtmlReport.class);
            }
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
