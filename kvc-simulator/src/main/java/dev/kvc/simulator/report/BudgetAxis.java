package dev.kvc.simulator.report;

import dev.kvc.simulator.Report;
import java.util.function.DoubleFunction;

/**
 * What the budgets of a report are called, in a chart and in tables.
 *
 * @param caption stands under the axis
 * @param labels the name of a budget, given as the share that the report has for it
 */
public record BudgetAxis(String caption, DoubleFunction<String> labels) {
    /** By their shares. */
    public static BudgetAxis shares(Report report) {
        return new BudgetAxis(
                "budget, as a share of "
                        + TextReport.gigabytes(report.unbounded().bytesWritten()) + " GB",
                TextReport::share);
    }

    /** The name of a budget. */
    public String label(double share) {
        return labels.apply(share);
    }
}
