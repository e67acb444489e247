package dev.kvc.simulator;

import dev.kvc.simulator.trace.Lookup;
import dev.kvc.simulator.trace.Prefix;
import dev.kvc.simulator.trace.TraceEvent;
import java.util.Random;

/**
 * Chooses an engine for each event, as the {@link Router} says. A save comes from the engine that last looked up the
 * longest beginning of its text: that is the one that has computed it. About 50 bytes for each text of the trace.
 */
final class Routes {
    private final Router router;
    private final int engines;
    private final Random random;
    /** By text, where it was looked up or saved last. */
    private final LongMap<Integer> latest = new LongMap<>();

    Routes(Router router, int engines, long seed) {
        this.router = router;
        this.engines = engines;
        this.random = new Random(seed);
    }

    /** From 0; to be asked once for each event, in order. */
    int engineOf(TraceEvent event) {
        Prefix text = event.text();
        int engine = latest(text, fewestUnits(event));
        if (text.length() > 0) {
            latest.put(text.id(), engine);
        }
        return engine;
    }

    /** Of a beginning that decides where the event belongs. */
    private int fewestUnits(TraceEvent event) {
        int units = event.text().length();
        if (event instanceof Lookup) {
            return router == Router.SESSION ? units / 2 + 1 : units + 1;
        }
        return 1;
    }

    private int latest(Prefix text, int fewestUnits) {
        for (int units = text.length(); units >= fewestUnits && units > 0; units--) {
            Integer engine = latest.get(text.id(units));
            if (engine != null) {
                return engine;
            }
        }
        return random.nextInt(engines);
    }
}
