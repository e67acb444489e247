package dev.kvc.cli;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.simulator.Bound;
import dev.kvc.simulator.FleetReport;
import dev.kvc.simulator.FleetSimulation;
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
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
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
                    + " made-up one of N requests.",
            "With --engines it is replayed to a fleet, each engine with a cache of its own in front of one tier that all"
                    + " share, and what is printed is what each of the two saves and how many bytes move."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvc simulate --trace requests.jsonl.gz --html report.html",
            "  kvc simulate --trace sessions/ --policy lru,prefix-aware --budgets 0.1,0.2 --size-model 1000000+2048",
            "  kvc simulate --trace requests.jsonl.gz --engines 1,10,100 --budgets 0.05 --shared-budget 0.4"
        })
final class SimulateCommand extends KvcCommand {
    private static final String SYNTHETIC = "synthetic:";
    private static final long SEED = 1;
    private static final int MAX_THREADS = 1024;
    private static final List<Double> BUDGETS = List.of(0.025, 0.05, 0.1, 0.2, 0.4, 0.8);
    private static final List<Double> FLEET_BUDGETS = List.of(0.1);
    private static final String FLEET_POLICY = "prefix-aware";

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--trace", paramLabel = "PATH", required = true, description = "What is replayed.")
    private String trace = "";

    @Option(
            names = "--policy",
            paramLabel = "NAMES",
            split = ",",
            description = "Policies, separated by commas; by default all that are installed, and prefix-aware with"
                    + " --engines.")
    private List<String> policies = List.of();

    @Option(
            names = "--budgets",
            paramLabel = "SHARES",
            split = ",",
            converter = Converters.Share.class,
            description = "Of the bytes that a cache without a budget would hold; by default"
                    + " 0.025,0.05,0.1,0.2,0.4,0.8, and 0.1 with --engines.")
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

    @ArgGroup(exclusive = false, heading = "%nA fleet:%n")
    private @Nullable FleetOptions fleet;

    @Override
    int run(Terminal terminal) throws IOException, CommandException, InterruptedException {
        if (fleet == null) {
            comparePolicies(terminal);
        } else {
            replayToFleets(terminal, fleet);
        }
        return Kvc.DONE;
    }

    private void comparePolicies(Terminal terminal) throws IOException, CommandException, InterruptedException {
        List<Report> reports = new ArrayList<>();
        for (Simulation simulation : simulations()) {
            Report report = simulation.run();
            terminal.out().println(TextReport.of(report));
            reports.add(report);
        }
        write(terminal, csv, () -> CsvReport.of(reports));
        write(terminal, html, () -> HtmlReport.of(reports, note(terminal)));
        write(terminal, svg, () -> SvgChart.of(reports.get(0)));
    }

    private void replayToFleets(Terminal terminal, FleetOptions options)
            throws IOException, CommandException, InterruptedException {
        List<FleetReport> reports = new ArrayList<>();
        for (FleetSimulation simulation : fleets(options)) {
            FleetReport report = simulation.run();
            terminal.out().println(TextReport.of(report));
            reports.add(report);
        }
        write(terminal, csv, () -> CsvReport.ofFleets(reports));
    }

    /** One for each size model; all arguments are looked at before the first one runs. */
    private List<Simulation> simulations() throws IOException, CommandException {
        requireDirectory("--html", html);
        requireDirectory("--svg", svg);
        checkCommonOptions();
        EvictionPolicies installed = EvictionPolicies.load();
        List<EvictionPolicyFactory> chosen = policies(installed, installed.names());
        Trace opened = open();
        List<Simulation> simulations = new ArrayList<>();
        for (SizeModel model : sizes) {
            simulations.add(Simulation.builder(opened)
                    .policies(chosen)
                    .budgets(budgets.isEmpty() ? BUDGETS : budgets)
                    .bounds(noBounds ? List.of() : List.of(Bound.values()))
                    .threads(threads)
                    .sizeModel(model)
                    .build());
        }
        return simulations;
    }

    /** One for each size model, policy and budget of an engine's cache. */
    private List<FleetSimulation> fleets(FleetOptions options) throws IOException, CommandException {
        if (html != null || svg != null || noBounds) {
            throw CommandException.usage("--html, --svg and --no-bounds are for a simulation without --engines");
        }
        checkCommonOptions();
        EvictionPolicies installed = EvictionPolicies.load();
        List<EvictionPolicyFactory> chosen = policies(installed, List.of(FLEET_POLICY));
        Trace opened = open();
        List<FleetSimulation> simulations = new ArrayList<>();
        for (SizeModel model : sizes) {
            for (EvictionPolicyFactory policy : chosen) {
                for (double share : budgets.isEmpty() ? FLEET_BUDGETS : budgets) {
                    simulations.add(options.simulation(opened, installed)
                            .threads(threads)
                            .sizeModel(model)
                            .policy(policy)
                            .budget(share)
                            .build());
                }
            }
        }
        return simulations;
    }

    private void checkCommonOptions() throws CommandException {
        requireDirectory("--csv", csv);
        if (threads < 1 || threads > MAX_THREADS) {
            throw CommandException.usage("--threads is " + threads + "; it must be 1 to " + MAX_THREADS);
        }
        requireDistinct("--size-model", sizes.stream().map(SizeModel::name).toList());
        requireDistinct("--policy", policies);
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

    private List<EvictionPolicyFactory> policies(EvictionPolicies installed, Collection<String> byDefault) {
        return (policies.isEmpty() ? byDefault : policies)
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
