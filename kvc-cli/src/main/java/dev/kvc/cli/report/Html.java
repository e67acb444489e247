package dev.kvc.cli.report;

import dev.kvc.simulator.page.Markup;
import java.util.List;
import java.util.Locale;

/** Writes markup. What is named text is escaped here; what is named markup is written as it is. */
final class Html {
    private final StringBuilder out = new StringBuilder();

    /** Formats markup; arguments are numbers, or text that was escaped. */
    Html markup(String format, Object... arguments) {
        out.append(String.format(Locale.ROOT, format, arguments));
        return this;
    }

    Html text(String text) {
        out.append(Markup.escaped(text));
        return this;
    }

    Html element(String name, String text) {
        return markup("<%s>", name).text(text).markup("</%s>%n", name);
    }

    /** A table that scrolls by itself where it is too wide; the first column names the rows. */
    Html table(String caption, List<String> headings, Iterable<List<String>> rows) {
        openTable(caption, headings);
        for (List<String> row : rows) {
            out.append("<tr>");
            for (int i = 0; i < row.size(); i++) {
                markup(i == 0 ? "<th scope=\"row\">" : "<td>").text(row.get(i)).markup(i == 0 ? "</th>" : "</td>");
            }
            out.append("</tr>\n");
        }
        return closeTable();
    }

    Html openTable(String caption, List<String> headings) {
        markup("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"")
                .text(caption)
                .markup("\">%n<table>%n<caption>")
                .text(caption)
                .markup("</caption>%n<tr>");
        headings.forEach(heading -> markup("<th scope=\"col\">").text(heading).markup("</th>"));
        return markup("</tr>%n");
    }

    Html closeTable() {
        return markup("</table>%n</div>%n");
    }

    /** What another one has written. */
    Html append(String markup) {
        out.append(markup);
        return this;
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
