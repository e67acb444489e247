package dev.kvc.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What was measured and what it means, as text tables and as JSON. */
final class Report {
    private Report() {}

    /** One line for each side. */
    static String measurements(List<Measured> all) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "scenario",
                "side",
                "median",
                "quartiles",
                "least",
                "cpu",
                "rounds",
                "alloc/op",
                "faults/op",
                "peak RSS"));
        for (Measured measured : all) {
            Stats stats = measured.stats();
            Unit unit = measured.unit();
            rows.add(List.of(
                    measured.scenario(),
                    measured.side(),
                    unit.format(stats.median()),
                    unit.format(stats.low()) + " .. " + unit.format(stats.high()),
                    unit.format(stats.least()),
                    unit.format(measured.cpu()),
                    String.valueOf(measured.samples().size()),
                    Unit.BYTES.format(measured.allocated()),
                    Target.number(measured.faults()),
                    measured.peakBytes() == 0 ? "-" : Unit.BYTES.format((double) measured.peakBytes())));
        }
        return table(rows);
    }

    /** One line for each target. */
    static String verdicts(List<Target.Verdict> verdicts) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("target", "medians", "best rounds", "cpu", "asked", ""));
        for (Target.Verdict verdict : verdicts) {
            rows.add(List.of(
                    verdict.target().what(),
                    Target.number(verdict.value()),
                    Target.number(verdict.best()),
                    Target.number(verdict.cpu()),
                    verdict.target().bound().toString(),
                    verdict.isMet() ? "met" : "MISSED"));
        }
        return table(rows);
    }

    /** Columns as wide as they must be; the first two to the left, the others to the right. */
    static String table(List<List<String>> rows) {
        int[] widths = new int[rows.get(0).size()];
        Arrays.fill(widths, 1);
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder out = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String format = (i == 0 ? "%-" : i == 1 && widths.length > 6 ? "  %-" : "  %") + widths[i] + "s";
                line.append(String.format(Locale.ROOT, format, row.get(i)));
            }
            out.append(line.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }

    /** Everything, for other programs. */
    static String json(Machine machine, List<Measured> all, List<Target.Verdict> verdicts) {
        StringBuilder out = new StringBuilder("{\"machine\":")
                .append(Json.string(machine.toString()))
                .append(",\n\"targets\":[");
        String separator = "\n";
        for (Target.Verdict verdict : verdicts) {
            out.append(separator)
                    .append(Json.object(
                            "what", verdict.target().what(),
                            "value", verdict.value(),
                            "best", verdict.best(),
                            "cpu", verdict.cpu(),
                            "bound", verdict.target().bound().toString(),
                            "met", verdict.isMet()));
            separator = ",\n";
        }
        out.append("],\n\"measurements\":[");
        separator = "\n";
        for (Measured measured : all) {
            Stats stats = measured.stats();
            out.append(separator)
                    .append(Json.object(
                            "scenario", measured.scenario(),
                            "side", measured.side(),
                            "unit", measured.unit().name(),
                            "median", stats.median(),
                            "lowerQuartile", stats.low(),
                            "upperQuartile", stats.high(),
                            "least", stats.least(),
                            "cpu", measured.cpu(),
                            "rounds", measured.samples().size(),
                            "allocatedBytes", measured.allocated(),
                            "faults", measured.faults(),
                            "peakBytes", measured.peakBytes(),
                            "anonymousBytes", measured.anonymousBytes()));
            separator = ",\n";
        }
        return out.append("]}\n").toString();
    }
}
