package dev.kvc.examples.demo;

import dev.kvc.examples.transformer.KvState;
import dev.kvc.format.SaveReason;
import dev.kvc.store.KvStore;
import dev.kvc.store.SaveResult;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;

/**
 * Prefills the first prompt and saves its state: at the end, for the same prompt and for longer ones, and at every
 * checkpoint on the way, for those that only begin alike. Then it starts the process that resumes.
 */
final class FirstProcess {
    private final DemoSettings settings;
    private final PrintStream out;

    FirstProcess(DemoSettings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    void run(List<byte[]> whole) throws MismatchException, IOException {
        List<byte[]> prompts = whole.stream().map(this::cut).toList();
        out.println("model: " + settings.model());
        try (TemporaryDirectory directory = new TemporaryDirectory(settings.temporary())) {
            Handover handover = new Handover(directory.path());
            handover.writePrompts(prompts);
            save(handover, prompts.get(0));
            SecondProcess.start(handover, settings.model(), out);
        }
    }

    private byte[] cut(byte[] prompt) {
        int limit = settings.model().contextSize();
        if (prompt.length <= limit) {
            return prompt;
        }
        out.println("a prompt of " + Table.count(prompt.length) + " bytes is cut at the context size, "
                + Table.count(limit));
        return Arrays.copyOf(prompt, limit);
    }

    private void save(Handover handover, byte[] prompt) throws IOException {
        try (KvStore store = handover.openStore();
                Engine engine = new Engine(settings.model(), store)) {
            KvState state = new KvState(settings.model());
            long start = System.nanoTime();
            for (int end = next(0, prompt); end < prompt.length; end = next(end, prompt)) {
                engine.extend(prompt, end, state);
                require(engine.save(prompt, state, SaveReason.CONTINUED));
            }
            engine.extend(prompt, prompt.length, state);
            require(engine.save(prompt, state, SaveReason.SHUTDOWN));
            report(prompt, store, System.nanoTime() - start);
        }
    }

    private int next(int end, byte[] prompt) {
        return Math.min(end + settings.checkpointTokens(), prompt.length);
    }

    private static void require(SaveResult result) throws IOException {
        if (!result.isLoadable()) {
            throw new IOException("a state was not saved: " + result);
        }
    }

    private void report(byte[] prompt, KvStore store, long nanos) {
        out.println("process " + ProcessHandle.current().pid() + ": prefilled a prompt of "
                + Table.count(prompt.length) + " bytes and saved it as "
                + store.stats().snapshots() + " snapshots, "
                + Table.count(store.stats().bytes()) + " bytes, in "
                + Table.millis(nanos) + " ms");
    }
}
