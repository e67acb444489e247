package dev.kvc.examples.llama;

import dev.kvc.examples.demo.MismatchException;
import dev.kvc.examples.demo.Table;
import dev.kvc.store.KvStore;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** Resumes each prompt, and compares the scores with those of a full prefill, bit for bit. */
final class SecondProcess {
    /** First argument of the process; no option for users. */
    static final String OPTION = "--second-process";

    private final Job job;
    private final PrintStream out;

    SecondProcess(Job job, PrintStream out) {
        this.job = job;
        this.out = out;
    }

    void run() throws MismatchException, IOException, InterruptedException {
        List<byte[]> prompts = job.handover().readPrompts();
        Table table = new Table(
                "prompt", "tokens", "reused", "cold ms", "restore ms", "warm ms", "speed-up", "bytes on disk");
        try (KvStore store = job.handover().openStore();
                LlamaModel model = LlamaModel.load(Llama.load(), job.model());
                LlamaEngine engine = job.engine(model, store)) {
            for (int i = 0; i < prompts.size(); i++) {
                addRow(Restart.name(i), engine, job.tokenize(model, prompts.get(i)), table);
            }
        }
        table.print(out);
        out.println(
                "cold: a full prefill, until the first token can be chosen. restore: find, verify and take the state.");
        out.println(
                "warm: that, and computing the rest. The scores are those of the full prefill, bit for bit, for all.");
    }

    private static void addRow(String name, LlamaEngine engine, int[] prompt, Table table)
            throws MismatchException, InterruptedException {
        Prefilled warm = engine.resume(prompt);
        Prefilled cold = engine.prefill(prompt);
        if (!warm.hasLogitsOf(cold)) {
            throw new MismatchException("prompt " + name + ": the scores after resuming from " + warm.reused()
                    + " tokens are not those of a full prefill");
        }
        table.add(
                name,
                warm.tokens(),
                warm.reused(),
                Table.millis(cold.nanos()),
                Table.millis(warm.restoreNanos()),
                Table.millis(warm.nanos()),
                String.format(Locale.ROOT, "%.1fx", (double) cold.nanos() / warm.nanos()),
                warm.storedBytes());
    }
}
