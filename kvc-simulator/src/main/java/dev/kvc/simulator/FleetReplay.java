package dev.kvc.simulator;

import dev.kvc.eviction.SnapshotMetadata;
import dev.kvc.simulator.SimulatedStore.Found;
import dev.kvc.simulator.trace.Lookup;
import dev.kvc.simulator.trace.Save;
import dev.kvc.simulator.trace.TraceEvent;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * One fleet, under way: a cache for each engine, and behind all of them one that they share. Each pair does what a
 * tiered store of two does that copies up at the first hit:
 *
 * <ol>
 *   <li>A lookup takes the longer of what both have, and of one length the engine's own.
 *   <li>What the shared tier serves is fetched, and copied into the engine's cache, which makes room for it.
 *   <li>A hit of the engine's own is a hit of the same snapshot in the shared tier. (A real one is told in batches.)
 *   <li>A save goes to both, to each if it does not have the snapshot; to the shared one as its admission says.
 * </ol>
 *
 * <p>For one thread at a time.
 */
final class FleetReplay implements Consumer<TraceEvent> {
    private final Supplier<SimulatedStore> caches;
    private final SimulatedStore shared;
    private final ToIntFunction<TraceEvent> routes;
    private final Admission admission;
    /** Those that have had a request. */
    private final Map<Integer, Engine> engines = new HashMap<>();

    private final Served local = new Served();
    private final Served fetched = new Served();
    private long requests;
    private long promptTokens;

    /**
     * A fleet without a request.
     *
     * @param caches makes the cache of an engine
     * @param shared a store that takes nothing if there is no shared tier
     * @param routes the number of the engine for each event; asked once for each, in order
     */
    FleetReplay(
            Supplier<SimulatedStore> caches,
            SimulatedStore shared,
            ToIntFunction<TraceEvent> routes,
            Admission admission) {
        this.caches = caches;
        this.shared = shared;
        this.routes = routes;
        this.admission = admission;
    }

    private static final class Engine {
        private final SimulatedStore cache;
        private long computedTokens;

        Engine(SimulatedStore cache) {
            this.cache = cache;
        }
    }

    /** What was found in one of the two. */
    private static final class Served {
        private long hits;
        private long tokens;
        private long bytes;

        void hit(SnapshotMetadata found) {
            hits++;
            tokens += found.tokens();
            bytes += found.bytes();
        }
    }

    @Override
    public void accept(TraceEvent event) {
        Engine engine = engines.computeIfAbsent(routes.applyAsInt(event), number -> new Engine(caches.get()));
        if (event instanceof Lookup lookup) {
            engine.computedTokens += lookup.tokens() - look(engine.cache, lookup);
        } else if (event instanceof Save save) {
            save(engine.cache, save);
        }
    }

    /** The tokens that need not be computed. */
    private long look(SimulatedStore cache, Lookup lookup) {
        requests++;
        promptTokens += lookup.tokens();
        Found here = cache.find(lookup.text());
        Found there = shared.find(lookup.text());
        if (there != null && (here == null || there.units() > here.units())) {
            fetch(cache, lookup, there);
            return there.snapshot().tokens();
        } else if (here != null) {
            hit(cache, lookup, here);
            return here.snapshot().tokens();
        }
        return 0;
    }

    private void fetch(SimulatedStore cache, Lookup lookup, Found there) {
        long nowUnix = SimulatedStore.unix(lookup);
        fetched.hit(there.snapshot());
        cache.store(lookup.text().beginning(there.units()), there.snapshot(), nowUnix);
        shared.hit(there, nowUnix);
        Found copy = cache.find(there.snapshot().id());
        if (copy != null) {
            cache.hit(copy, nowUnix);
        }
    }

    private void hit(SimulatedStore cache, Lookup lookup, Found here) {
        long nowUnix = SimulatedStore.unix(lookup);
        local.hit(here.snapshot());
        SnapshotMetadata used = cache.hit(here, nowUnix);
        Found there = shared.find(used.id());
        if (there != null) {
            shared.hit(there, nowUnix);
        } else if (admission.takesAtHit(used)) {
            shared.store(lookup.text().beginning(here.units()), used, nowUnix);
        }
    }

    private void save(SimulatedStore cache, Save save) {
        cache.save(save);
        if (admission.takesAtOnce(save.tokens())) {
            shared.save(save);
        }
    }

    FleetOutcome outcome() {
        Outcome taken = shared.tally().outcome();
        return new FleetOutcome(
                requests,
                promptTokens,
                local.hits,
                local.tokens,
                fetched.hits,
                fetched.tokens,
                fetched.bytes,
                taken.saves(),
                taken.bytesWritten(),
                engines.values().stream()
                        .mapToLong(engine -> engine.computedTokens)
                        .max()
                        .orElse(0));
    }
}
