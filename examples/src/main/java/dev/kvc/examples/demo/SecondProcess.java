package dev.kvc.examples.demo;

import dev.kvc.examples.transformer.TransformerConfig;
import dev.kvc.store.KvStore;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Resumes each prompt from the longest beginning that the first process has saved, and checks the scores against those
 * of a full prefill, bit for bit.
 */
final class SecondProcess {
    /** First argument of the process that this class starts; no option for users. */
    static final String OPTION = "--second-process";

    private static final int WARM_UP_TOKENS = 512;

    private final Handover handover;
    private final TransformerConfig config;
    private final PrintStream out;

    SecondProcess(Handover handover, TransformerConfig config, PrintStream out) {
        this.handover = handover;
        this.config = config;
        this.out = out;
    }

    /**
     * Runs it in a new process on the same Java and class path, and passes on what it prints.
     *
     * @throws MismatchException if the process did not end well; it has printed why
     */
    static void start(Handover handover, TransformerConfig config, PrintStream out)
            throws MismatchException, IOException {
        out.flush();
        Process process = new ProcessBuilder(command(handover, config))
                .redirectErrorStream(true)
                .start();
        try {
            process.getInputStream().transferTo(out);
            int code = process.waitFor();
            if (code != 0) {
                throw new MismatchException("the second process ended with code " + code + "; what it said is above");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the second process ran", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static List<String> command(Handover handover, TransformerConfig config) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-cp");
        command.add(classPath());
        command.add(Demo.class.getName());
        command.add(OPTION);
        command.add(handover.directory().toString());
        for (long number : new long[] {
            config.layers(),
            config.heads(),
            config.headDimension(),
            config.hidden(),
            config.contextSize(),
            config.seed()
        }) {
            command.add(Long.toString(number));
        }
        return command;
    }

    /** Of this process, whether its classes came from a class path or, as in tests, from a module path. */
    private static String classPath() {
        return System.getProperty("java.class.path") + File.pathSeparator + System.getProperty("jdk.module.path", "");
    }

    /** What {@link #command} has put into the arguments. */
    static SecondProcess of(String[] args, PrintStream out) {
        int[] numbers = Arrays.stream(args, 2, 7).mapToInt(Integer::parseInt).toArray();
        TransformerConfig config = new TransformerConfig(
                numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], Long.parseLong(args[7]));
        return new SecondProcess(new Handover(Path.of(args[1])), config, out);
    }

    /** Resumes, checks and prints the table. */
    void run() throws MismatchException, IOException {
        List<byte[]> prompts = handover.readPrompts();
        out.println("process " + ProcessHandle.current().pid() + ": resuming " + prompts.size() + " prompts");
        Table table = new Table(
                "prompt", "bytes", "reused", "prefill ms", "restore ms", "resume ms", "speed-up", "bytes on disk");
        try (KvStore store = handover.openStore();
                Engine engine = new Engine(config, store)) {
            warmUp(engine, prompts.get(0));
            for (int i = 0; i < prompts.size(); i++) {
                String name = (i + 1) + ": " + relation(prompts.get(0), prompts.get(i));
                addRow(engine, prompts.get(i), name, table);
            }
        }
        table.print(out);
        out.println("restore: find, verify and read the state. resume: that, and computing the rest of the prompt.");
        out.println("The scores after resuming are those of a full prefill, bit for bit, for all prompts.");
    }

    /** Lets the JVM compile the loops, so that prefilling is not timed at its worst. */
    private static void warmUp(Engine engine, byte[] prompt) {
        engine.prefill(Arrays.copyOf(prompt, Math.min(prompt.length, WARM_UP_TOKENS)));
    }

    private static void addRow(Engine engine, byte[] prompt, String name, Table table)
            throws MismatchException, IOException {
        Completion resumed = engine.resume(prompt);
        Completion full = engine.prefill(prompt);
        resumed.requireScoresOf(full, "prompt " + name);
        table.add(
                name,
                prompt.length,
                resumed.reused(),
                Table.millis(full.nanos()),
                Table.millis(resumed.restoreNanos()),
                Table.millis(resumed.nanos()),
                String.format(Locale.ROOT, "%.1fx", (double) full.nanos() / resumed.nanos()),
                resumed.storedBytes());
    }

    private static String relation(byte[] first, byte[] prompt) {
        int shared = Arrays.mismatch(first, prompt);
        if (shared < 0) {
            return "the first again";
        } else if (shared == first.length) {
            return "all of the first, and more";
        }
        return shared == 0 ? "another beginning" : Table.count(shared) + " bytes as in the first";
    }
}
