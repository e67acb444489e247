package dev.kvc.bench;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The JVM of one side. It opens what it works on, then does a round for each line that it reads, and answers with a
 * line: {@code =ready}, {@code =value cpu allocated faults}, and at the end {@code =peak anonymous}.
 */
final class Worker {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Operation operation;
    private final int batch;

    private Worker(Operation operation, int batch) {
        this.operation = operation;
        this.batch = batch;
    }

    /** The scenario's name, the side's name, and the directory of the scenario. */
    public static void main(String[] args) throws Exception {
        PrintStream out = System.out;
        System.setOut(System.err); // peers print what they like
        Scenario scenario = Scenarios.named(args[0]);
        try (Lab lab = new Lab(Path.of(args[2]))) {
            Worker worker = new Worker(scenario.side(args[1]).opening().open(lab), scenario.batch());
            out.println("=ready");
            worker.serve(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), out);
        }
        out.println("=" + ProcessStatus.peakBytes() + " " + ProcessStatus.anonymousBytes());
        out.flush();
        System.exit(0); // whatever threads a peer has left
    }

    private void serve(BufferedReader in, PrintStream out) throws Exception {
        for (String line = in.readLine(); "round".equals(line); line = in.readLine()) {
            out.println("=" + round().line());
        }
    }

    private Sample round() throws Exception {
        operation.prepare();
        long faults = ProcessStatus.minorFaults();
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        long cpu = THREADS.getCurrentThreadCpuTime();
        long start = System.nanoTime();
        double value;
        if (operation instanceof Operation.Gauge gauge) {
            value = gauge.measure();
        } else {
            for (int i = 0; i < batch; i++) {
                operation.run();
            }
            value = (double) (System.nanoTime() - start) / batch;
        }
        return new Sample(
                value,
                operation instanceof Operation.Gauge ? 0 : (double) (THREADS.getCurrentThreadCpuTime() - cpu) / batch,
                (double) (THREADS.getCurrentThreadAllocatedBytes() - allocated) / batch,
                (double) (ProcessStatus.minorFaults() - faults) / batch);
    }

    /** Reads the next line of a worker's protocol. */
    static String answer(BufferedReader in) throws IOException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.startsWith("=")) {
                return line.substring(1);
            }
        }
        throw new IOException("the worker has ended; what it said is above");
    }
}
