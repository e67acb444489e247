package dev.kvc.examples.demo;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.format.SaveReason;
import dev.kvc.store.KvStore;
import dev.kvc.store.SaveResult;
import dev.kvc.store.fs.FileSystemKvStore;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * Replays sessions as an engine would serve them at the same time: the i-th request of each in turn, all with one store
 * that has not enough room for all. Each prompt is resumed from what is stored, and its state is saved. Some are also
 * prefilled from nothing, to check that the scores are the same.
 */
final class SessionReplay {
    private final DemoSettings settings;
    private final PrintStream out;
    private final SessionTally all = new SessionTally("all");

    SessionReplay(DemoSettings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    void run(List<Session> sessions) throws MismatchException, IOException {
        List<Turn> turns = Turn.interleaved(sessions);
        out.println("model: " + settings.replayModel());
        long longer =
                turns.stream().filter(turn -> turn.prompt().length > limit()).count();
        out.println(turns.size() + " requests of " + sessions.size() + " sessions, one of each in turn; budget "
                + settings.replayBudget() + ", policy size-weighted");
        out.println("prompts are cut at " + Table.count(limit()) + " bytes: " + longer
                + " are longer, and those of a session are equal once cut");
        long start = System.nanoTime();
        int checked = replay(turns);
        print(turns);
        out.println(String.format(
                Locale.ROOT,
                "%d requests were checked against a full prefill: the scores are the same, bit for bit. %.0f s",
                checked,
                (System.nanoTime() - start) / 1e9));
    }

    private int limit() {
        return settings.replayModel().contextSize();
    }

    /** Returns how many were checked. */
    private int replay(List<Turn> turns) throws MismatchException, IOException {
        try (TemporaryDirectory directory = new TemporaryDirectory(settings.temporary());
                KvStore store = FileSystemKvStore.builder(directory.path())
                        .budget(settings.replayBudget())
                        .policy(EvictionPolicies.sizeWeighted())
                        .open();
                Engine engine = new Engine(settings.replayModel(), store)) {
            // The last of each so many: the first requests have nothing to resume from.
            int step = (turns.size() + settings.checks() - 1) / settings.checks();
            int checked = 0;
            for (int i = 0; i < turns.size(); i++) {
                boolean check = i % step == step - 1;
                serve(turns.get(i), engine, check);
                checked += check ? 1 : 0;
            }
            return checked;
        }
    }

    private void serve(Turn turn, Engine engine, boolean check) throws MismatchException, IOException {
        byte[] prompt = turn.prompt(limit());
        Completion resumed = engine.resume(prompt);
        if (check) {
            resumed.requireScoresOf(engine.prefill(prompt), turn.toString());
            out.println("checked " + turn + ": " + Table.count(resumed.reused()) + " of " + Table.count(prompt.length)
                    + " tokens restored, the same scores");
        }
        SaveResult result = engine.save(prompt, resumed.state(), SaveReason.AGENT_SESSION);
        turn.tally().add(prompt.length, resumed.reused(), result.evicted());
        all.add(prompt.length, resumed.reused(), result.evicted());
    }

    private void print(List<Turn> turns) {
        Table table = SessionTally.table();
        turns.stream().map(Turn::tally).distinct().forEach(tally -> tally.addTo(table));
        all.addTo(table);
        table.print(out);
    }
}
