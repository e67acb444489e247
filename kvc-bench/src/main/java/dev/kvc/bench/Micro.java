package dev.kvc.bench;

import dev.kvc.bench.jmh.MemoryHitBenchmark;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the JMH benchmarks: what takes nanoseconds. */
final class Micro {
    /** The benchmark that a target needs. */
    static final String MEMORY_HIT = MemoryHitBenchmark.class.getSimpleName();

    private static final String PACKAGE = MemoryHitBenchmark.class.getPackageName();

    private static final TimeValue ITERATION = TimeValue.milliseconds(300);

    private Micro() {}

    /** Measures the benchmarks whose class name contains {@code name}. */
    static List<Measured> run(String name) throws RunnerException {
        return run(options(name)
                .forks(2)
                .jvmArgsAppend(Scenario.YOUNG)
                .warmupIterations(3)
                .warmupTime(ITERATION)
                .measurementIterations(3)
                .measurementTime(ITERATION));
    }

    /** Runs each benchmark once, for no figure: that they compile and run. */
    static int smoke() throws RunnerException {
        return run(options("")
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(10)))
                .size();
    }

    private static ChainedOptionsBuilder options(String name) {
        return new OptionsBuilder()
                .include(PACKAGE + "\\..*" + name + ".*")
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true)
                .addProfiler(GCProfiler.class);
    }

    private static List<Measured> run(ChainedOptionsBuilder options) throws RunnerException {
        List<Measured> measured = new ArrayList<>();
        for (RunResult result : new Runner(options.build()).run()) {
            List<Sample> samples = new ArrayList<>();
            for (BenchmarkResult fork : result.getBenchmarkResults()) {
                for (IterationResult iteration : fork.getIterationResults()) {
                    samples.add(new Sample(iteration.getPrimaryResult().getScore(), 0, allocated(iteration), 0));
                }
            }
            String[] names = result.getParams().getBenchmark().split("\\.", -1);
            measured.add(new Measured(
                    names[names.length - 2], side(result, names[names.length - 1]), Unit.NANOS, samples, 0, 0));
        }
        return measured;
    }

    private static String side(RunResult result, String method) {
        StringBuilder side = new StringBuilder(method);
        for (String key : result.getParams().getParamsKeys()) {
            side.append(", ").append(key).append(' ').append(result.getParams().getParam(key));
        }
        return side.toString();
    }

    private static double allocated(IterationResult iteration) {
        for (String name : iteration.getSecondaryResults().keySet()) {
            if (name.endsWith("gc.alloc.rate.norm")) {
                return iteration.getSecondaryResults().get(name).getScore();
            }
        }
        return 0;
    }
}
