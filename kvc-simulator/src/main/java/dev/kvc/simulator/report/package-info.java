/**
 * Reports for people and for programs: {@link dev.kvc.simulator.report.TextReport} is a table,
 * {@link dev.kvc.simulator.report.CsvReport} one line for each result, {@link dev.kvc.simulator.report.SvgChart} the
 * curves of one report, and {@link dev.kvc.simulator.report.HtmlReport} a page of all of it. A
 * {@link dev.kvc.simulator.report.BudgetAxis} says what its budgets are called.
 */
@NullMarked
package dev.kvc.simulator.report;

import org.jspecify.annotations.NullMarked;
