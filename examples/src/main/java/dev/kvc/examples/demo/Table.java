package dev.kvc.examples.demo;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Columns for people: the first to the left, numbers to the right. */
public final class Table {
    private final List<String[]> rows = new ArrayList<>();

    /** With a row of headings. */
    public Table(String... headings) {
        rows.add(headings);
    }

    /** Adds a row with a cell for each heading. */
    public void add(Object... cells) {
        String[] row = new String[cells.length];
        for (int i = 0; i < cells.length; i++) {
            row[i] = cells[i] instanceof Number number ? count(number.longValue()) : cells[i].toString();
        }
        rows.add(row);
    }

    /** Prints all rows. */
    public void print(PrintStream out) {
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.length; column++) {
                int padding = width(column) - row[column].length();
                line.append(column == 0 ? "" : "  ");
                line.append(column == 0 ? row[column] + " ".repeat(padding) : " ".repeat(padding) + row[column]);
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row[column].length()).max().orElse(0);
    }

    /** A whole number, such as {@code 16,384}. */
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** A time in milliseconds, such as {@code 0.4} or {@code 2,345}. */
    public static String millis(long nanos) {
        double millis = nanos / 1e6;
        return String.format(Locale.ROOT, millis < 100 ? "%.1f" : "%,.0f", millis);
    }

    /** A share, such as {@code 93.7 %}. */
    public static String percent(long part, long whole) {
        return whole == 0 ? "-" : String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
    }
}
