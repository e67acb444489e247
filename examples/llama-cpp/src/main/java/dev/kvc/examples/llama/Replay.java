package dev.kvc.examples.llama;

import dev.kvc.examples.demo.MismatchException;
import dev.kvc.examples.demo.Session;
import dev.kvc.examples.demo.SessionTally;
import dev.kvc.examples.demo.Table;
import dev.kvc.examples.demo.Turn;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.fs.FileSystemKvStore;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * Replays sessions as one slot would serve them at the same time: the first request of each in turn, then the second of
 * each, with a store that has not enough room for all. Some requests are compared with a full prefill.
 */
final class Replay {
    private final Job job;
    private final DataSize budget;
    private final int checks;
    private final PrintStream out;
    private final SessionTally all = new SessionTally("all");

    /**
     * A replay.
     *
     * @param budget of the store
     * @param checks how many requests are compared at most
     */
    Replay(Job job, DataSize budget, int checks, PrintStream out) {
        this.job = job;
        this.budget = budget;
        this.checks = checks;
        this.out = out;
    }

    void run(List<Session> sessions, int requests) throws MismatchException, IOException, InterruptedException {
        List<Turn> every = Turn.interleaved(sessions);
        List<Turn> turns = every.subList(0, Math.min(requests, every.size()));
        out.println(turns.size() + " requests of " + sessions.size() + " sessions, one of each in turn, in one slot; "
                + "prompts cut at " + Table.count(job.settings().contextSize()) + " tokens; budget " + budget);
        long start = System.nanoTime();
        try (KvStore store = FileSystemKvStore.builder(job.directory().resolve("sessions"))
                        .budget(budget)
                        .open();
                LlamaModel model = LlamaModel.load(Llama.load(), job.model());
                LlamaEngine engine = job.engine(model, store)) {
            int checked = replay(turns, store, model, engine);
            print(turns);
            out.println(String.format(
                    Locale.ROOT,
                    "%d requests were compared with a full prefill: the scores are the same, bit for bit. "
                            + "%,d bytes written, %.0f for each token saved. %.0f s",
                    checked,
                    engine.stats().account().bytesWritten(),
                    engine.stats().account().bytesPerTokenSaved().orElse(Double.NaN),
                    (System.nanoTime() - start) / 1e9));
        }
    }

    private int replay(List<Turn> turns, KvStore store, LlamaModel model, LlamaEngine engine)
            throws MismatchException, InterruptedException {
        // The last of each so many: the first requests have nothing to resume from.
        int step = (turns.size() + checks - 1) / checks;
        int checked = 0;
        for (int i = 0; i < turns.size(); i++) {
            Turn turn = turns.get(i);
            int[] prompt = job.tokenize(model, turn.prompt());
            long evictions = store.stats().evictions();
            Prefilled resumed = engine.resume(prompt);
            if (i % step == step - 1) {
                requireScoresOf(engine.prefill(prompt), resumed, turn);
                checked++;
            }
            int evicted = (int) (store.stats().evictions() - evictions);
            turn.tally().add(prompt.length, resumed.reused(), evicted);
            all.add(prompt.length, resumed.reused(), evicted);
        }
        return checked;
    }

    private static void requireScoresOf(Prefilled full, Prefilled resumed, Turn turn) throws MismatchException {
        if (!resumed.hasLogitsOf(full)) {
            throw new MismatchException(turn + ": the scores after resuming from " + resumed.reused()
                    + " tokens are not those of a full prefill");
        }
    }

    private void print(List<Turn> turns) {
        Table table = SessionTally.table();
        turns.stream().map(Turn::tally).distinct().forEach(tally -> tally.addTo(table));
        all.addTo(table);
        table.print(out);
    }
}
