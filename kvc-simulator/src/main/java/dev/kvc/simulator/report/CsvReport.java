package dev.kvc.simulator.report;

import dev.kvc.simulator.Outcome;
import dev.kvc.simulator.Report;
import dev.kvc.simulator.Result;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reports as comma-separated values (RFC 4180), one line for each policy and budget. */
public final class CsvReport {
    private static final String HEADINGS = "trace,size_model,policy,budget_share,budget_bytes,requests,hits,"
            + "request_hit_ratio,prompt_tokens,saved_tokens,token_hit_ratio,saves,refusals,bytes_written,evictions";

    private CsvReport() {}

    /** The reports under one line of headings, lines ending in a line feed. */
    public static String of(List<Report> reports) {
        StringBuilder out = new StringBuilder(HEADINGS).append('\n');
        for (Report report : reports) {
            report.results().forEach(result -> out.append(line(report, result)).append('\n'));
        }
        return out.toString();
    }

    private static String line(Report report, Result result) {
        Outcome outcome = result.outcome();
        return Stream.of(
                        quoted(report.trace()),
                        quoted(report.sizeModel()),
                        result.policy(),
                        result.budgetShare(),
                        result.budgetBytes(),
                        outcome.requests(),
                        outcome.hits(),
                        outcome.requestHitRatio(),
                        outcome.promptTokens(),
                        outcome.savedTokens(),
                        outcome.tokenHitRatio(),
                        outcome.saves(),
                        outcome.refusals(),
                        outcome.bytesWritten(),
                        outcome.evictions())
                .map(String::valueOf)
                .collect(Collectors.joining(","));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }
}
