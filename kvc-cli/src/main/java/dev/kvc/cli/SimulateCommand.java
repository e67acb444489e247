package dev.kvc.cli;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.simulator.Bound;
import dev.kvc.simulator.Report;
import dev.kvc.simulator.Simulation;
import dev.kvc.simulator.SizeModel;
import dev.kvc.simulator.report.CsvReport;
import dev.kvc.simulator.report.HtmlReport;
import dev.kvc.simulator.report.SvgChart;
import dev.kvc.simulator.report.TextReport;
import dev.kvc.simulator.trace.Trace;
import dev.kvc.simulator.trace.Traces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kvc simulate}. */
@Command(
        name = "simulate",
        description = {
            "Replays recorded traffic against eviction policies and prints, for each policy and budget, what would have"
                    + " been found again.",
            "A trace is a file of Mooncake's format (JSON lines with hash_ids), a recording of a KVC store or of 'kvc"
                    + " record', a recorded agent session, or a directory of those; plain or gzip. synthetic:N is a"
                    + " made-up one of N requests."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvc simulate --trace requests.jsonl.gz --html report.html",
            "  kvc simulate --trace sessions/ --policy lru,prefix-aware --budgets 0.1,0.2 --size-model 1000000+2048"
        })
final class SimulateCommand extends KvcCommand {
    private static final String SYNTHETIC = "synthetic:";
    private static final long SEED = 1;
    private static final int MAX_THREADS = 1024;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--trace", paramLabel = "PATH", required = true, description = "What is replayed.")
    private String trace = "";

    @Option(
            names = "--policy",
            paramLabel = "NAMES",
            split = ",",
            description = "Policies, separated by commas; all that are installed by default.")
    private List<String> policies = List.of();

    @Option(
            names = "--budgets",
            paramLabel = "SHARES",
            split = ",",
            converter = Converters.Share.class,
            defaultValue = "0.025,0.05,0.1,0.2,0.4,0.8",
            description = "Of the bytes that a cache without a budget would hold; ${DEFAULT-VALUE} by default.")
    private List<Double> budgets = List.of();

    @Option(
            names = "--size-model",
            paramLabel = "NAMES",
            split = ",",
            converter = Converters.Sizes.class,
            defaultValue = "ds4,proportional",
            description = "ds4, proportional, recorded, or FIXED+PERTOKEN in bytes, such as 1000000+2048;"
                    + " ${DEFAULT-VALUE} by default.")
    private List<SizeModel> sizes = List.of();

    @Option(names = "--no-bounds", description = "Leave out what knowing the future would give.")
    private boolean noBounds;

    @Option(names = "--csv", paramLabel = "FILE", description = "Also write all results as CSV.")
    private @Nullable Path csv;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Also write a page with curves, which opens without a network.")
    private @Nullable Path html;

    @Option(names = "--svg", paramLabel = "FILE", description = "Also write the curves of the first size model alone.")
    private @Nullable Path svg;

    @Option(
            names = "--threads",
            paramLabel = "COUNT",
            description = "Replays at once; as many as there are processors by default.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Override
    int run(Terminal terminal) throws IOException, CommandException, InterruptedException {
        List<Report> reports = new ArrayList<>();
        for (Simulation simulation : simulations()) {
            Report report = simulation.run();
            terminal.out().println(TextReport.of(report));
            reports.add(report);
        }
        write(terminal, csv, () -> CsvReport.of(reports));
        write(terminal, html, () -> HtmlReport.of(reports, note(terminal)));
        write(terminal, svg, () -> SvgChart.of(reports.get(0)));
        return Kvc.DONE;
    }

    /** One for each size model; all arguments are looked at before the first one runs. */
    private List<Simulation> simulations() throws IOException, CommandException {
        requireDirectory("--csv", csv);
        requireDirectory("--html", html);
        requireDirectory("--svg", svg);
        if (threads < 1 || threads > MAX_THREADS) {
            throw CommandException.usage("--threads is " + threads + "; it must be 1 to " + MAX_THREADS);
        }
        requireDistinct("--size-model", sizes.stream().map(SizeModel::name).toList());
        List<EvictionPolicyFactory> chosen = policies();
        Trace opened = open();
        List<Simulation> simulations = new ArrayList<>();
        for (SizeModel model : sizes) {
            simulations.add(Simulation.builder(opened)
                    .policies(chosen)
                    .budgets(budgets)
                    .bounds(noBounds ? List.of() : List.of(Bound.values()))
                    .threads(threads)
                    .sizeModel(model)
                    .build());
        }
        return simulations;
    }

    private Trace open() throws IOException, CommandException {
        if (!trace.startsWith(SYNTHETIC)) {
            return Traces.open(Path.of(trace));
        }
        String count = trace.substring(SYNTHETIC.length());
        if (!count.matches("[1-9][0-9]{0,17}")) {
            throw CommandException.usage("--trace is " + trace + "; synthetic: is followed by a whole number above 0");
        }
        return Traces.synthetic(SEED, Long.parseLong(count));
    }

    private List<EvictionPolicyFactory> policies() throws CommandException {
        EvictionPolicies installed = EvictionPolicies.load();
        requireDistinct("--policy", policies);
        return (policies.isEmpty() ? installed.names() : policies)
                .stream().map(installed::byName).toList();
    }

    private static void requireDistinct(String option, List<String> names) throws CommandException {
        Set<String> seen = new LinkedHashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw CommandException.usage(option + " has " + name + " twice");
            }
        }
    }

    private static void requireDirectory(String option, @Nullable Path file) throws CommandException {
        Path directory = file == null ? null : file.toAbsolutePath().getParent();
        if (directory != null && !Files.isDirectory(directory)) {
            throw CommandException.usage(option + " is " + file + ", and there is no directory " + directory);
        }
    }

    /** When, and what was asked. */
    private String note(Terminal terminal) {
        List<String> words =
                spec == null ? List.of() : spec.commandLine().getParseResult().originalArgs();
        return LocalDate.ofInstant(terminal.clock().instant(), ZoneOffset.UTC) + ", kvc " + String.join(" ", words);
    }

    private static void write(Terminal terminal, @Nullable Path file, Supplier<String> content) throws IOException {
        if (file != null) {
            Files.writeString(file, content.get());
            terminal.out().println("written: " + file);
        }
    }
}
