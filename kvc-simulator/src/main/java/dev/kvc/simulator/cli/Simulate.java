package dev.kvc.simulator.cli;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.simulator.Bound;
import dev.kvc.simulator.Report;
import dev.kvc.simulator.Simulation;
import dev.kvc.simulator.SizeModel;
import dev.kvc.simulator.report.CsvReport;
import dev.kvc.simulator.report.HtmlReport;
import dev.kvc.simulator.report.SvgChart;
import dev.kvc.simulator.report.TextReport;
import dev.kvc.simulator.trace.Trace;
import dev.kvc.simulator.trace.TraceFormatException;
import dev.kvc.simulator.trace.Traces;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The program behind {@code ./kvc simulate}; {@link Arguments#USAGE} says what it does.
 *
 * <p>It ends with code 0 if all went well, 1 if a file cannot be read or written, and 2 if the arguments or the trace
 * that they name are wrong.
 */
public final class Simulate {
    private static final long SEED = 1;

    private final PrintStream out;
    private final PrintStream err;
    private final LocalDate today;

    /** For tests: what it prints, and the date in its page. */
    Simulate(PrintStream out, PrintStream err, LocalDate today) {
        this.out = out;
        this.err = err;
        this.today = today;
    }

    /** Simulates and ends the process with its code. */
    public static void main(String[] args) {
        System.exit(new Simulate(System.out, System.err, LocalDate.now(ZoneOffset.UTC)).run(args));
    }

    /** Does what the arguments ask for and returns the code to end with. */
    int run(String... args) {
        try {
            Arguments arguments = Arguments.parse(args);
            if (arguments.help()) {
                out.print(Arguments.USAGE);
            } else {
                simulate(arguments, String.join(" ", Arrays.asList(args)));
            }
            return 0;
        } catch (UsageException e) {
            return fail(2, String.valueOf(e.getMessage()));
        } catch (TraceFormatException e) {
            return fail(2, String.valueOf(e.getMessage()));
        } catch (NoSuchFileException e) {
            return fail(2, e.getFile() + " does not exist");
        } catch (IOException e) {
            return fail(1, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return fail(1, "interrupted");
        }
    }

    private int fail(int code, String message) {
        out.flush();
        err.println("kvc simulate: " + message);
        return code;
    }

    private void simulate(Arguments arguments, String command)
            throws UsageException, IOException, InterruptedException {
        List<Simulation> simulations = simulations(arguments);
        List<Report> reports = new ArrayList<>();
        for (Simulation simulation : simulations) {
            Report report = simulation.run();
            out.println(TextReport.of(report));
            reports.add(report);
        }
        String note = today + ", ./kvc simulate " + command;
        write(arguments.path("--csv"), () -> CsvReport.of(reports));
        write(arguments.path("--html"), () -> HtmlReport.of(reports, note));
        write(arguments.path("--svg"), () -> SvgChart.of(reports.get(0)));
    }

    /** One for each size model; all arguments are looked at before the first one runs. */
    private static List<Simulation> simulations(Arguments arguments) throws UsageException, IOException {
        Optional<Long> made = arguments.synthetic();
        Trace trace = made.isPresent() ? Traces.synthetic(SEED, made.get()) : Traces.open(arguments.trace());
        List<Simulation> simulations = new ArrayList<>();
        for (SizeModel model : arguments.sizeModels()) {
            simulations.add(Simulation.builder(trace)
                    .policies(arguments.policies(EvictionPolicies.load()))
                    .budgets(arguments.budgets())
                    .bounds(arguments.bounds() ? List.of(Bound.values()) : List.of())
                    .threads(arguments.threads())
                    .sizeModel(model)
                    .build());
        }
        for (String option : List.of("--csv", "--html", "--svg")) {
            requireDirectory(option, arguments.path(option));
        }
        return simulations;
    }

    private static void requireDirectory(String option, Optional<Path> file) throws UsageException {
        Optional<Path> directory = file.map(path -> path.toAbsolutePath().getParent());
        if (directory.isPresent() && !Files.isDirectory(directory.get())) {
            throw new UsageException(option + " '" + file.get() + "': there is no directory " + directory.get());
        }
    }

    /** Makes the content of a file. */
    private interface Content {
        String get();
    }

    private void write(Optional<Path> file, Content content) throws IOException {
        if (file.isPresent()) {
            Files.writeString(file.get(), content.get());
            out.println("written: " + file.get());
        }
    }
}
