package dev.kvc.cli.report;

import dev.kvc.cli.text.Units;
import dev.kvc.store.SnapshotInfo;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sizes against hits. Both axes double from step to step, and snapshots of one place are one bubble; so there are no
 * more bubbles than places, however many snapshots there are.
 */
final class Bubbles {
    private static final int ROW = 26;
    private static final int BOTTOM = 24;
    private static final int STEPS_OF_SIZE = 4; // to each doubling
    private static final double LEAST_RADIUS = 3.5;
    private static final double MOST_RADIUS = 12;

    /** A place: a class of hits, and a step of sizes. */
    private record Place(int hits, int step) implements Comparable<Place> {
        private static Place of(SnapshotInfo info) {
            return new Place(Doubling.of(info.header().hitCount()), step(info.storedBytes()));
        }

        private static int step(long bytes) {
            return (int) Math.floor(STEPS_OF_SIZE * Math.log((double) Math.max(1, bytes)) / Math.log(2));
        }

        @Override
        public int compareTo(Place other) {
            return hits == other.hits ? Integer.compare(step, other.step) : Integer.compare(hits, other.hits);
        }
    }

    private final Map<Place, Long> counts = new TreeMap<>();
    private int firstStep = Integer.MAX_VALUE;
    private int lastStep = Integer.MIN_VALUE;
    private int mostHits;
    private long mostCount;

    Bubbles(List<SnapshotInfo> all) {
        for (SnapshotInfo info : all) {
            Place place = Place.of(info);
            mostCount = Math.max(mostCount, counts.merge(place, 1L, Long::sum));
            firstStep = Math.min(firstStep, place.step);
            lastStep = Math.max(lastStep, place.step);
            mostHits = Math.max(mostHits, place.hits);
        }
    }

    private int height() {
        return (mostHits + 1) * ROW + BOTTOM;
    }

    private double x(int step) {
        return lastStep == firstStep ? 50 : 4 + 92.0 * (step - firstStep) / (lastStep - firstStep);
    }

    private int y(int hits) {
        return (mostHits - hits) * ROW + ROW / 2;
    }

    String draw() {
        Html out = new Html().markup("<div class=\"plot\">%n<svg class=\"scale\" height=\"%d\">", height());
        for (int hits = 0; hits <= mostHits; hits++) {
            out.markup("<text x=\"100%%\" y=\"%d\" text-anchor=\"end\">", y(hits) + 4)
                    .text(Doubling.label(hits))
                    .markup("</text>");
        }
        out.markup("</svg>%n<svg class=\"bubbles\" height=\"%d\" role=\"group\" data-marks", height())
                .markup(" aria-label=\"Hits, upwards, against size, to the right\">%n");
        grid(out);
        boolean first = true;
        for (Map.Entry<Place, Long> entry : counts.entrySet()) {
            bubble(entry.getKey(), entry.getValue(), first, out);
            first = false;
        }
        return out.markup(
                        "</svg>%n</div>%n<output class=\"told\" aria-live=\"polite\">Upwards: hits. To the right: size.")
                .markup(" The larger a bubble, the more snapshots.</output>%n")
                .toString();
    }

    private void grid(Html out) {
        for (int hits = 0; hits <= mostHits; hits++) {
            out.markup("<line class=\"grid\" x1=\"0\" x2=\"100%%\" y1=\"%d\" y2=\"%<d\"/>", y(hits));
        }
        label(out, firstStep, lastStep == firstStep ? "middle" : "start");
        if (lastStep > firstStep) {
            label(out, (firstStep + lastStep) / 2, "middle");
            label(out, lastStep, "end");
        }
    }

    private void label(Html out, int step, String anchor) {
        double x = anchor.equals("start") ? 0 : anchor.equals("end") ? 100 : x(step);
        out.markup("<text x=\"%.2f%%\" y=\"%d\" text-anchor=\"%s\">", x, height() - 6, anchor)
                .text(Units.size(Math.round(Math.pow(2, (double) step / STEPS_OF_SIZE))))
                .markup("</text>");
    }

    private void bubble(Place place, long count, boolean first, Html out) {
        double radius = LEAST_RADIUS + (MOST_RADIUS - LEAST_RADIUS) * Math.sqrt((count - 1) / (double) mostCount);
        String size = Units.size(Math.round(Math.pow(2, (double) place.step / STEPS_OF_SIZE)));
        out.markup(
                        "<circle class=\"%s\" cx=\"%.2f%%\" cy=\"%d\" r=\"%.1f\" role=\"img\" tabindex=\"%d\"><title>",
                        place.hits == 0 ? "never" : "hit", x(place.step), y(place.hits), radius, first ? 0 : -1)
                .text(Units.count(count, "snapshot") + " of about " + size + ", hits: " + Doubling.label(place.hits))
                .markup("</title></circle>%n");
    }
}
