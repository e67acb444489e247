package dev.kvc.simulator.trace;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Conversations that are made up, for measuring: each begins with one of a few system prompts, of which some are much
 * more popular than others; a request goes on with a conversation that is alive, or begins one. It says how fast the
 * simulator is, and nothing of which policy is better.
 *
 * @param seed the same gives the same trace
 * @param requests lookups, each followed by a save
 */
record SyntheticTrace(long seed, long requests) implements Trace {
    private static final int ALIVE = 16_384;
    private static final int SYSTEM_PROMPTS = 64;
    private static final int SYSTEM_UNITS = 4;
    private static final int MAX_UNITS = 64;
    private static final int UNIT_TOKENS = 512;
    private static final double NEW_CONVERSATION = 0.2;
    private static final long STEP_MILLIS = 100;

    @Override
    public String name() {
        return "synthetic, seed " + seed + ", " + requests + " requests";
    }

    @Override
    public TraceReader open() {
        return new Reader();
    }

    private final class Reader implements TraceReader {
        private final Random random = new Random(seed);
        private final long[][] alive = new long[ALIVE][0];
        private final Queue<TraceEvent> ready = new ArrayDeque<>();
        private long sent;
        private long unit = SYSTEM_PROMPTS * SYSTEM_UNITS;

        @Override
        public @Nullable TraceEvent next() {
            if (ready.isEmpty() && sent < requests) {
                request();
            }
            return ready.poll();
        }

        private void request() {
            // The cube makes some conversations busy and lets most of them rest.
            int slot = (int) (Math.pow(random.nextDouble(), 3) * ALIVE);
            long[] before = alive[slot];
            if (before.length == 0 || before.length >= MAX_UNITS || random.nextDouble() < NEW_CONVERSATION) {
                before = systemPrompt();
            }
            long[] units = Arrays.copyOf(before, before.length + 1 + random.nextInt(8));
            for (int i = before.length; i < units.length; i++) {
                units[i] = unit++;
            }
            alive[slot] = units;
            Prefix text = Prefix.chained(units);
            long atMillis = sent++ * STEP_MILLIS;
            ready.add(new Lookup(atMillis, text, (long) units.length * UNIT_TOKENS));
            ready.add(Save.checkpoint(atMillis, text, (long) units.length * UNIT_TOKENS));
        }

        /** The square makes the first ones popular: half of all conversations begin with a quarter of the prompts. */
        private long[] systemPrompt() {
            double chosen = random.nextDouble();
            int prompt = (int) (chosen * chosen * SYSTEM_PROMPTS);
            long[] units = new long[SYSTEM_UNITS];
            Arrays.setAll(units, i -> (long) prompt * SYSTEM_UNITS + i);
            return units;
        }

        @Override
        public void close() {}
    }
}
