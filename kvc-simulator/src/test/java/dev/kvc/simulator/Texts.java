package dev.kvc.simulator;

import dev.kvc.simulator.trace.Lookup;
import dev.kvc.simulator.trace.Prefix;
import dev.kvc.simulator.trace.Save;
import dev.kvc.simulator.trace.TraceEvent;
import java.util.List;

/** Texts of one-letter units: {@code "abc"} begins with {@code "ab"}. */
final class Texts {
    private Texts() {}

    static Prefix text(String letters) {
        return Prefix.chained(letters.chars().asLongStream().toArray());
    }

    /** A prompt of one token a unit. */
    static Lookup lookup(String letters) {
        return new Lookup(0, text(letters), letters.length());
    }

    static Save save(String letters) {
        return Save.checkpoint(0, text(letters), letters.length());
    }

    /** A request: the prompt is looked up, and then saved. */
    static List<TraceEvent> request(String letters) {
        return List.of(lookup(letters), save(letters));
    }
}
