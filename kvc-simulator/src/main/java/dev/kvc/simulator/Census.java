package dev.kvc.simulator;

import dev.kvc.simulator.trace.Lookup;
import dev.kvc.simulator.trace.Prefix;
import dev.kvc.simulator.trace.Save;
import dev.kvc.simulator.trace.Trace;
import dev.kvc.simulator.trace.TraceEvent;
import dev.kvc.simulator.trace.TraceReader;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A cache without a budget, to which a trace is replayed first: what it holds at the end is what budgets are shares of,
 * and what it hits is the ceiling of every policy. On the way it notes the future that bounds ask for. It knows each
 * saved text by its id alone: about 50 bytes a text.
 */
final class Census {
    private final SizeModel sizes;
    private final LongMap<Long> savedTokens = new LongMap<>();
    private final Map<Bound, NextUses> nextUses = new EnumMap<>(Bound.class);
    private final Tally tally = new Tally();
    private int event;

    private Census(SizeModel sizes, Set<Bound> bounds) {
        this.sizes = sizes;
        bounds.forEach(bound -> nextUses.put(bound, new NextUses()));
    }

    static Census of(Trace trace, SizeModel sizes, Set<Bound> bounds) throws IOException {
        Census census = new Census(sizes, bounds);
        try (TraceReader reader = trace.open()) {
            for (TraceEvent next = reader.next(); next != null; next = reader.next()) {
                census.accept(next);
            }
        }
        return census;
    }

    Outcome outcome() {
        return tally.outcome();
    }

    /** When snapshots are needed by the rule of this bound, which was asked for. */
    NextUses nextUses(Bound bound) {
        return nextUses.getOrDefault(bound, new NextUses());
    }

    private void accept(TraceEvent next) {
        if (next instanceof Lookup lookup) {
            look(lookup);
        } else if (next instanceof Save save) {
            save(save);
        }
        event++;
    }

    private void look(Lookup lookup) {
        Prefix text = lookup.text();
        boolean all = nextUses.containsKey(Bound.FURTHEST_NEXT_USE);
        Long deepest = null;
        for (int units = text.length(); units > 0 && (deepest == null || all); units--) {
            Long tokens = savedTokens.get(text.id(units));
            if (tokens != null) {
                use(text.id(units), deepest == null);
                deepest = deepest == null ? tokens : deepest;
            }
        }
        count(lookup, deepest);
    }

    private void use(long id, boolean isDeepest) {
        nextUses.forEach((bound, uses) -> {
            if (isDeepest || bound == Bound.FURTHEST_NEXT_USE) {
                uses.used(id, event);
            }
        });
    }

    private void count(Lookup lookup, @Nullable Long found) {
        if (found == null) {
            tally.missed(lookup.tokens());
        } else {
            tally.hit(lookup.tokens(), found);
        }
    }

    private void save(Save save) {
        Prefix text = save.text();
        if (text.length() > 0 && savedTokens.get(text.id()) == null) {
            savedTokens.put(text.id(), save.tokens());
            tally.stored(sizes.bytes(save));
        }
    }
}
