package dev.kvc.examples.llama;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.examples.demo.Table;
import dev.kvc.store.KvStore;
import dev.kvc.store.SaveResult;
import dev.kvc.store.StoreListener;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/** Prefills prompts one after the other, and saves at their checkpoints, until it is killed. */
final class FirstProcess {
    /** First argument of the process; no option for users. */
    static final String OPTION = "--first-process";

    /** How many prompts it takes from those that were handed over. */
    static final int PROMPTS = 2;
    /** How a line begins that tells of a save. */
    static final String SAVED = "saved ";

    private final Job job;
    private final PrintStream out;

    FirstProcess(Job job, PrintStream out) {
        this.job = job;
        this.out = out;
    }

    /** What it says when it begins a prompt, the first being 1. */
    static String beginning(int prompt) {
        return "prefilling prompt " + prompt;
    }

    void run() throws IOException, InterruptedException {
        List<byte[]> prompts = job.handover().readPrompts().subList(0, PROMPTS);
        try (KvStore store = job.handover().openStore(new Saves(out));
                LlamaModel model = LlamaModel.load(Llama.load(), job.model());
                LlamaEngine engine = job.engine(model, store)) {
            for (int i = 0; i < prompts.size(); i++) {
                int[] prompt = job.tokenize(model, prompts.get(i));
                out.println(beginning(i + 1) + ", " + Table.count(prompt.length) + " tokens");
                Prefilled prefilled = engine.resume(prompt);
                out.println("first token after " + Table.millis(prefilled.nanos()) + " ms");
            }
        }
    }

    private record Saves(PrintStream out) implements StoreListener {
        @Override
        public void saved(SnapshotId id, SaveResult result) {
            out.println(SAVED + Table.count(result.bytes()) + " bytes: " + result.outcome());
        }
    }
}
