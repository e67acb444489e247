package dev.kvc.cli.report;

import java.util.ArrayList;
import java.util.List;

/** A table with a bar in each row. */
final class BarTable {
    private final String caption;
    private final List<String> headings;
    private final List<Row> rows = new ArrayList<>();

    /**
     * A row: its name, how long its bar is, how much of that is drawn in the second colour, and the cells behind it.
     */
    private record Row(String name, double length, double part, List<String> cells) {}

    BarTable(String caption, List<String> headings) {
        this.caption = caption;
        this.headings = headings;
    }

    /**
     * Adds a row.
     *
     * @param length 0 or more, on any scale
     * @param part how much of it is of the second colour, 0 to {@code length}
     */
    BarTable row(String name, double length, double part, String... cells) {
        rows.add(new Row(name, length, part, List.of(cells)));
        return this;
    }

    String draw() {
        double longest = rows.stream().mapToDouble(Row::length).max().orElse(0);
        Html out = new Html().openTable(caption, headings);
        for (Row row : rows) {
            double length = longest > 0 ? 100 * row.length / longest : 0;
            double part = longest > 0 ? 100 * row.part / longest : 0;
            out.markup("<tr><th scope=\"row\">")
                    .text(row.name)
                    .markup(
                            "</th><td class=\"bar\"><svg height=\"14\" aria-hidden=\"true\"><rect class=\"hit\" width=\"%.2f%%\""
                                    + " height=\"14\"/><rect class=\"never\" x=\"%.2f%%\" width=\"%.2f%%\" height=\"14\"/>"
                                    + "</svg></td>",
                            length - part, length - part, part);
            row.cells.forEach(cell -> out.markup("<td>").text(cell).markup("</td>"));
            out.markup("</tr>%n");
        }
        return out.closeTable().toString();
    }
}
