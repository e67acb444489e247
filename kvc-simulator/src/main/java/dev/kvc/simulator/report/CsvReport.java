package dev.kvc.simulator.report;

import dev.kvc.simulator.FleetOutcome;
import dev.kvc.simulator.FleetReport;
import dev.kvc.simulator.FleetResult;
import dev.kvc.simulator.Outcome;
import dev.kvc.simulator.Report;
import dev.kvc.simulator.Result;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reports as comma-separated values (RFC 4180), under a line of headings; lines end in a line feed. */
public final class CsvReport {
    private static final String HEADINGS = "trace,size_model,policy,budget_share,budget_bytes,requests,hits,"
            + "request_hit_ratio,prompt_tokens,saved_tokens,token_hit_ratio,saves,refusals,bytes_written,evictions";

    private static final String FLEET_HEADINGS = "trace,size_model,policy,budget_share,budget_bytes,shared_policy,"
            + "shared_budget_share,shared_budget_bytes,min_tokens,on_second_hit,router,engines,requests,prompt_tokens,"
            + "alone_token_hit_ratio,local_token_hit_ratio,shared_token_hit_ratio,token_hit_ratio,local_hits,fetches,"
            + "bytes_down,uploads,bytes_up,busiest_computed_tokens";

    private CsvReport() {}

    /** One line for each policy and budget. */
    public static String of(List<Report> reports) {
        StringBuilder out = new StringBuilder(HEADINGS).append('\n');
        for (Report report : reports) {
            report.results().forEach(result -> out.append(line(report, result)).append('\n'));
        }
        return out.toString();
    }

    private static String line(Report report, Result result) {
        Outcome outcome = result.outcome();
        return joined(Stream.of(
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
                outcome.evictions()));
    }

    /** One line for each router and number of engines. */
    public static String ofFleets(List<FleetReport> reports) {
        StringBuilder out = new StringBuilder(FLEET_HEADINGS).append('\n');
        for (FleetReport report : reports) {
            report.results().forEach(result -> out.append(line(report, result)).append('\n'));
        }
        return out.toString();
    }

    private static String line(FleetReport report, FleetResult result) {
        FleetOutcome shared = result.shared();
        return joined(Stream.of(
                quoted(report.trace()),
                quoted(report.sizeModel()),
                report.local().policy(),
                report.local().budgetShare(),
                report.local().budgetBytes(),
                report.shared().policy(),
                report.shared().budgetShare(),
                report.shared().budgetBytes(),
                report.minTokens(),
                report.onSecondHit(),
                result.router().label(),
                result.engines(),
                shared.requests(),
                shared.promptTokens(),
                result.alone().tokenHitRatio(),
                shared.localHitRatio(),
                shared.sharedHitRatio(),
                shared.tokenHitRatio(),
                shared.localHits(),
                shared.fetches(),
                shared.bytesDown(),
                shared.uploads(),
                shared.bytesUp(),
                shared.busiest()));
    }

    private static String joined(Stream<Object> cells) {
        return cells.map(String::valueOf).collect(Collectors.joining(","));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }
}
