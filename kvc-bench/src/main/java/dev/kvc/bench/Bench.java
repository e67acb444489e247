package dev.kvc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The program: measures what was asked for, prints tables, writes JSON. */
public final class Bench {
    private final Arguments arguments;
    private final Results results = new Results();

    private Bench(Arguments arguments) {
        this.arguments = arguments;
    }

    /** Prints how it is used if it does not understand {@code args}. */
    public static void main(String[] args) throws Exception {
        Arguments arguments;
        try {
            arguments = Arguments.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println("kvc bench: " + e.getMessage());
            System.err.print(Arguments.USAGE);
            System.exit(2);
            return;
        }
        new Bench(arguments).run();
    }

    private void run() throws Exception {
        if (arguments.isSmoke()) {
            System.out.println(Micro.smoke() + " benchmarks ran");
        } else if (arguments.isList()) {
            Scenarios.all().forEach(s -> System.out.println(s.name() + (s.isFull() ? " (--full)" : "")));
        } else {
            try (WorkDirectory work = WorkDirectory.in(arguments.directory(), "run")) {
                measure(work.path());
                report(work.path());
            }
        }
    }

    private void measure(Path work) throws Exception {
        for (Scenario scenario : Scenarios.all()) {
            if (arguments.asksFor(scenario.name(), scenario.isFull())) {
                long start = System.nanoTime();
                Scenario asked = arguments.isShort() ? scenario.withoutExtras() : scenario;
                List<Measured> measured = Rounds.run(asked.warmedUpForAtLeast(arguments.warmUp()), work);
                show(scenario.name() + ", " + (System.nanoTime() - start) / 1_000_000_000 + " s", measured);
            }
        }
        if (arguments.asksFor(Micro.MEMORY_HIT, false)) {
            show(Micro.MEMORY_HIT, Micro.run(Micro.MEMORY_HIT));
        }
        if (arguments.isFull()) {
            show("JMH", Micro.run("(?!Memory)[A-Z][a-z]+Benchmark"));
        }
    }

    private void show(String name, List<Measured> measured) {
        System.err.println("-- " + name);
        System.err.print(Report.measurements(measured));
        results.add(measured);
    }

    private void report(Path work) throws IOException {
        List<Target.Verdict> verdicts = Targets.all().stream()
                .map(target -> target.evaluate(results))
                .flatMap(Optional::stream)
                .toList();
        Machine machine = Machine.of(work);
        System.out.println(machine);
        System.out.println();
        System.out.print(Report.measurements(results.all()));
        System.out.println();
        System.out.print(Report.verdicts(verdicts));
        Path json = arguments.json().orElse(arguments.directory().resolve("kvc-bench.json"));
        Files.writeString(json, Report.json(machine, results.all(), verdicts));
        System.out.println();
        System.out.println("JSON: " + json);
        Optional<String> plot = GrowthScenarios.plot(results);
        if (arguments.plot().isPresent() && plot.isPresent()) {
            Files.writeString(arguments.plot().get(), plot.get());
            System.out.println("Plot: " + arguments.plot().get());
        }
    }
}
