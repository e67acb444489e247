package dev.kvc.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A plot of times against counts, both logarithmic, as SVG. */
final class Plot {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 480;
    private static final int LEFT = 80;
    private static final int RIGHT = 300;
    private static final int TOP = 40;
    private static final int BOTTOM = 50;
    private static final List<String> COLOURS =
            List.of("#1f77b4", "#d62728", "#7f7f7f", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf");

    private final String title;
    private final String xName;
    private final String yName;
    private final List<Line> lines = new ArrayList<>();

    Plot(String title, String xName, String yName) {
        this.title = title;
        this.xName = xName;
        this.yName = yName;
    }

    /** A count, and the nanoseconds there. */
    record Point(double x, double y) {}

    private record Line(String name, List<Point> points) {}

    void line(String name, List<Point> points) {
        lines.add(new Line(name, List.copyOf(points)));
    }

    /** The picture; empty without a line. */
    Optional<String> svg() {
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        StringBuilder out = new StringBuilder();
        Scale x = scale(true, LEFT, WIDTH - RIGHT);
        Scale y = scale(false, HEIGHT - BOTTOM, TOP);
        add(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\"", WIDTH, HEIGHT);
        add(out, " font-family=\"sans-serif\" font-size=\"12\">%n<rect width=\"100%%\" height=\"100%%\"");
        add(out, " fill=\"white\"/>%n<text x=\"%d\" y=\"22\" font-size=\"15\">%s</text>%n", LEFT, title);
        for (int power = x.low; power <= x.high; power++) {
            double at = x.at(Math.pow(10, power));
            grid(out, at, TOP, at, HEIGHT - BOTTOM);
            add(
                    out,
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">10<tspan dy=\"-4\" font-size=\"9\">%d</tspan></text>%n",
                    at,
                    HEIGHT - BOTTOM + 18,
                    power);
        }
        for (int power = y.low; power <= y.high; power++) {
            double at = y.at(Math.pow(10, power));
            grid(out, LEFT, at, WIDTH - RIGHT, at);
            add(
                    out,
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n",
                    LEFT - 8,
                    at + 4,
                    Unit.NANOS.format(Math.pow(10, power)).replaceAll("\\.0+ ", " "));
        }
        add(
                out,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
                (LEFT + WIDTH - RIGHT) / 2,
                HEIGHT - 12,
                xName);
        add(
                out,
                "<text transform=\"translate(16 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>%n",
                (TOP + HEIGHT - BOTTOM) / 2,
                yName);
        for (int i = 0; i < lines.size(); i++) {
            draw(out, lines.get(i), COLOURS.get(i % COLOURS.size()), x, y);
        }
        return Optional.of(out.append("</svg>\n").toString());
    }

    private static void draw(StringBuilder out, Line line, String colour, Scale x, Scale y) {
        StringBuilder path = new StringBuilder();
        for (Point point : line.points) {
            add(path, "%s%.1f,%.1f", path.length() == 0 ? "" : " ", x.at(point.x), y.at(point.y));
            add(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>%n", x.at(point.x), y.at(point.y), colour);
        }
        add(out, "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n", path, colour);
        Point last = line.points.get(line.points.size() - 1);
        add(
                out,
                "<text x=\"%.1f\" y=\"%.1f\" fill=\"%s\">%s</text>%n",
                x.at(last.x) + 8,
                y.at(last.y) + 4,
                colour,
                line.name);
    }

    private static void grid(StringBuilder out, double x1, double y1, double x2, double y2) {
        add(out, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#dddddd\"/>%n", x1, y1, x2, y2);
    }

    private static void add(StringBuilder out, String format, Object... arguments) {
        out.append(String.format(Locale.ROOT, format, arguments));
    }

    private Scale scale(boolean ofX, int from, int to) {
        double[] values = lines.stream()
                .flatMap(line -> line.points.stream())
                .mapToDouble(point -> ofX ? point.x : point.y)
                .sorted()
                .toArray();
        int low = (int) Math.floor(Math.log10(values[0]));
        int high = Math.max(low + 1, (int) Math.ceil(Math.log10(values[values.length - 1])));
        return new Scale(low, high, from, to);
    }

    /** From powers of ten to pixels. */
    private record Scale(int low, int high, int from, int to) {
        double at(double value) {
            return from + (Math.log10(value) - low) / (high - low) * (to - from);
        }
    }
}
