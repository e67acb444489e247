package dev.kvc.cli.report;

import dev.kvc.cli.report.Forest.Node;
import dev.kvc.cli.text.Units;
import dev.kvc.simulator.page.Markup;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tree of snapshots as an icicle: each hangs under the one that it goes on from, as wide as it and all under it are
 * large. Positions are per cent, so the drawing fits every screen while its letters keep their size.
 *
 * <p>At most {@value #MOST} snapshots are drawn by themselves, no deeper than {@value #DEEPEST} rows; the others of one
 * ancestor are one cell.
 */
final class Icicle {
    private static final int MOST = 600;
    private static final int DEEPEST = 30;
    private static final int ROW = 26;
    private static final double LEAST_SHARE = 1.0 / 800;
    private static final double LABELLED_SHARE = 0.1;
    private static final int ROWS_OF_TABLE = 40;

    private final Forest forest;
    private final long nowUnix;
    private final Snapshots.Texts texts;
    private final long leastBytes;
    private final Html out = new Html();
    private int rows = 1;

    /** What is drawn at a place: a snapshot, or those of one ancestor that are too small for a place each. */
    private record Cell(int depth, long left, @Nullable Node node, List<Node> merged) {}

    Icicle(Forest forest, Snapshots.Texts texts, long nowUnix) {
        this.forest = forest;
        this.texts = texts;
        this.nowUnix = nowUnix;
        List<Node> largest = forest.largest(MOST);
        long last = largest.size() < MOST ? 0 : largest.get(MOST - 1).bytes() + 1;
        leastBytes = Math.max(last, (long) Math.ceil(forest.bytes() * LEAST_SHARE));
    }

    String draw() throws IOException {
        Html cells = new Html();
        Deque<Cell> open = new ArrayDeque<>();
        place(forest.roots(), 0, 0, open);
        boolean first = true;
        while (!open.isEmpty()) {
            Cell cell = open.pop();
            rows = Math.max(rows, cell.depth + 1);
            draw(cell, first, cells);
            first = false;
            if (cell.node != null) {
                place(cell.node.children(), cell.depth + 1, cell.left, open);
            }
        }
        return out.markup(
                        "<svg class=\"icicle\" height=\"%d\" role=\"tree\" aria-orientation=\"horizontal\""
                                + " aria-label=\"Snapshots under those that they go on from\" data-marks>%n",
                        rows * ROW)
                .append(cells.toString())
                .markup(
                        "</svg>%n<output class=\"told\" aria-live=\"polite\">Arrow keys move through the chart; a tap or"
                                + " click tells of a snapshot.</output>%n")
                .toString();
    }

    /** The cells of one ancestor, put on the stack so that they are taken from left to right. */
    private void place(List<Node> children, int depth, long left, Deque<Cell> open) {
        List<Cell> cells = new ArrayList<>();
        int own = 0;
        long at = left;
        while (depth < DEEPEST - 1 && own < children.size() && children.get(own).bytes() >= leastBytes) {
            Node node = children.get(own++);
            cells.add(new Cell(depth, at, node, List.of()));
            at += node.bytes();
        }
        if (own < children.size()) {
            cells.add(new Cell(depth, at, null, children.subList(own, children.size())));
        }
        for (int i = cells.size() - 1; i >= 0; i--) {
            open.push(cells.get(i));
        }
    }

    private double percent(long bytes) {
        return 100.0 * bytes / Math.max(1, forest.bytes());
    }

    private void draw(Cell cell, boolean first, Html cells) throws IOException {
        Node node = cell.node;
        long bytes = node != null
                ? node.bytes()
                : cell.merged.stream().mapToLong(Node::bytes).sum();
        String style = node != null ? Recency.ofUse(node.info(), nowUnix).style() : "others";
        cells.markup(
                        "<svg class=\"%s\" x=\"%.3f%%\" y=\"%d\" width=\"%.3f%%\" height=\"%d\" role=\"treeitem\""
                                + " aria-level=\"%d\" tabindex=\"%d\"><title>",
                        style,
                        percent(cell.left),
                        cell.depth * ROW,
                        percent(bytes),
                        ROW,
                        cell.depth + 1,
                        first ? 0 : -1)
                .text(node != null ? title(node) : title(cell.merged, bytes))
                .markup("</title><rect width=\"100%%\" height=\"100%%\"/>");
        if (bytes >= forest.bytes() * LABELLED_SHARE) {
            cells.markup("<text x=\"6\" y=\"17\">%s</text>", Markup.escaped(node != null ? label(node) : "others"));
        }
        cells.markup("</svg>%n");
    }

    private static String title(List<Node> merged, long bytes) {
        long count = merged.stream().mapToLong(Node::count).sum();
        return Units.count(count, "smaller or deeper snapshot") + " together, " + Units.size(bytes);
    }

    private String title(Node node) throws IOException {
        String text = text(node);
        return Describe.snapshot(node.info(), nowUnix)
                + (node.count() == 1
                        ? "; none goes on from it"
                        : "; with " + (node.count() - 1) + " that go on from it " + Units.size(node.bytes()))
                + (text.isEmpty() ? "" : "; its text goes on " + text);
    }

    private String label(Node node) throws IOException {
        String text = text(node);
        return text.isEmpty() ? Describe.shortKey(node.info()) + " " + Units.size(node.bytes()) : text;
    }

    /** What the text has beyond the ancestor's. */
    private String text(Node node) throws IOException {
        Node parent = node.parent();
        return texts.of(node.info(), parent == null ? 0 : parent.info().textBytes());
    }

    /** The same in numbers, the largest alone. */
    String table() {
        List<List<String>> lines = new ArrayList<>();
        for (Node node : forest.largest(ROWS_OF_TABLE)) {
            Node parent = node.parent();
            lines.add(List.of(
                    Describe.shortKey(node.info()),
                    parent == null ? "-" : Describe.shortKey(parent.info()),
                    Long.toString(node.count() - 1),
                    Units.size(node.info().storedBytes()),
                    Units.size(node.bytes()),
                    Long.toString(node.info().header().hitCount()),
                    Units.ago(node.info().header().lastUsedUnix(), nowUnix)));
        }
        return new Html()
                .table(
                        "The largest, with all under them",
                        List.of("key", "goes on from", "under it", "size", "with all", "hits", "used"),
                        lines)
                .toString();
    }
}
