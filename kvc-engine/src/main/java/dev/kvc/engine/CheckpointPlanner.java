package dev.kvc.engine;

import dev.kvc.format.SaveReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Says when an engine saves its state, and how much of it: the schedule of ds4's disk cache, and branch points.
 *
 * <pre>
 *   stable(n)   n − trim, rounded down to a multiple of align, if n &gt; minimum + trim and that leaves the minimum
 *               and at least one token; otherwise n
 *   cold        once for a prompt of minimum to coldMax tokens of which nothing could be resumed: at the boundary of
 *               the request's own part if there is one of at least the minimum, otherwise at stable(prompt)
 *   step        the interval of continued saves, rounded up to a multiple of align
 *   continued   at every multiple of step that is at least the minimum and beyond what is stored
 *   evict       all there is, before another session takes the engine's slot, if more than what is stored
 *   shutdown    likewise
 * </pre>
 *
 * <p>Those are the formulas of {@code ds4_kvstore_store_len}, {@code ds4_kvstore_chat_anchor_pos} and
 * {@code ds4_kvstore_continued_store_target} in ds4's {@code ds4_kvstore.c}. Trimming keeps out a last token that would
 * merge with the text that follows; aligning keeps a resumed prefill on the batches that a full one has. Frontiers of
 * continued saves are absolute, so that sessions with the same beginning save the same lengths, whatever else they have
 * saved. A cold prompt beyond coldMax is saved at its frontiers alone.
 *
 * <p>Two saves of one length are one: as ds4 does, a cold save at a frontier is that frontier's. {@link #prefill} names
 * all lengths beforehand: ds4 looks at a length when a batch happens to end there, and passes over the others.
 *
 * <p>What ds4 does not have: a <em>branch</em> save at stable(branch), where the prompt goes its own way from a stored
 * text and no snapshot reaches so far ({@link Resumption#branchPoint}), so that the next to come this way finds one. It
 * is saved as cold: it is there for other sessions, and ds4's policies take a continued one for superseded by the very
 * session that saves it.
 *
 * <p>All in tokens. No I/O, no state: {@code saved} is always the length of the longest snapshot of the session so far,
 * what was resumed included; leave it as it was when a save fails, and a later one takes its place. Immutable, safe
 * from any thread.
 */
public final class CheckpointPlanner {
    private static final int DEFAULT_MIN = 512;
    private static final int DEFAULT_COLD_MAX = 30_000;
    private static final int DEFAULT_TRIM = 32;
    private static final int DEFAULT_ALIGN = 2_048;
    private static final int DEFAULT_CONTINUED = 10_240;

    private final int min;
    private final int coldMax;
    private final int trim;
    private final int align;
    private final long step;

    private CheckpointPlanner(Builder builder) {
        min = builder.value(builder.minTokens, DEFAULT_MIN);
        coldMax = builder.value(builder.coldMaxTokens, DEFAULT_COLD_MAX);
        trim = builder.value(builder.trimTokens, DEFAULT_TRIM);
        align = Math.max(1, builder.value(builder.alignTokens, DEFAULT_ALIGN));
        int interval = builder.value(builder.continuedTokens, DEFAULT_CONTINUED);
        step = ((long) interval + align - 1) / align * align;
    }

    /** A planner with ds4's defaults. */
    public static CheckpointPlanner ofDefaults() {
        return builder().build();
    }

    /** A builder with ds4's defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Where to stop and save while a prompt is computed: shortest first, each length once, all beyond what was resumed
     * and none beyond the prompt.
     */
    public List<Checkpoint> prefill(Prefill prompt) {
        TreeMap<Integer, SaveReason> reasons = new TreeMap<>();
        nextFrontier(prompt.resumed()).ifPresent(first -> {
            for (long at = first; at <= prompt.tokens(); at += step) {
                reasons.put((int) at, SaveReason.CONTINUED);
            }
        });
        cold(prompt).ifPresent(at -> reasons.put(at, SaveReason.COLD));
        branch(prompt).ifPresent(at -> reasons.put(at, SaveReason.COLD));
        List<Checkpoint> checkpoints = new ArrayList<>(reasons.size());
        reasons.forEach((tokens, reason) -> checkpoints.add(new Checkpoint(tokens, reason)));
        return checkpoints;
    }

    private OptionalInt cold(Prefill prompt) {
        int tokens = prompt.tokens();
        if (prompt.resumed() > 0 || tokens == 0 || tokens < min || tokens > coldMax) {
            return OptionalInt.empty();
        }
        boolean hasBoundary = prompt.boundary() > 0 && prompt.boundary() >= min;
        return OptionalInt.of(hasBoundary ? prompt.boundary() : stableLength(tokens));
    }

    private OptionalInt branch(Prefill prompt) {
        int at = stableLength(prompt.branch());
        return at >= min && at > prompt.resumed() ? OptionalInt.of(at) : OptionalInt.empty();
    }

    /** What of {@code tokens} tokens another text with the same beginning can rely on: stable(n) above. */
    public int stableLength(int tokens) {
        if ((long) tokens <= (long) min + trim) {
            return tokens;
        }
        int stable = (tokens - trim) / align * align;
        return stable >= min && stable > 0 ? stable : tokens;
    }

    /** The first frontier of a continued save beyond {@code tokens}; empty if there is none, or none are wanted. */
    public OptionalInt nextFrontier(int tokens) {
        if (step == 0) {
            return OptionalInt.empty();
        }
        long beyond = Math.max(tokens, min - 1L);
        long next = (beyond / step + 1) * step;
        return next <= Integer.MAX_VALUE ? OptionalInt.of((int) next) : OptionalInt.empty();
    }

    /**
     * Whether to save now, while a session goes on: ask at every length, or stop at {@link #nextFrontier} and ask
     * there.
     *
     * @param live tokens that the engine's state covers now
     * @param saved tokens that the session's longest snapshot covers; 0 for none
     */
    public Optional<Checkpoint> continued(int live, int saved) {
        boolean isFrontier = step > 0 && live % step == 0;
        return isFrontier ? all(live, saved, SaveReason.CONTINUED) : Optional.empty();
    }

    /** Whether to save before an unrelated session takes the engine's slot; parameters as in {@link #continued}. */
    public Optional<Checkpoint> evict(int live, int saved) {
        return all(live, saved, SaveReason.EVICT);
    }

    /** Whether to save before the engine ends; parameters as in {@link #continued}. */
    public Optional<Checkpoint> shutdown(int live, int saved) {
        return all(live, saved, SaveReason.SHUTDOWN);
    }

    private Optional<Checkpoint> all(int live, int saved, SaveReason reason) {
        return live > 0 && live >= min && live > saved ? Optional.of(new Checkpoint(live, reason)) : Optional.empty();
    }

    /**
     * The boundary of a chat, for {@link Prefill#boundaryAt}: the last user marker before the first assistant marker.
     * What stands before it are instructions, tools and examples, which other sessions share.
     *
     * @param prompt token ids
     * @param userMarker the token that begins a user's message
     * @param assistantMarker the token that begins an assistant's message
     * @return tokens before the marker; 0 if there is no marker
     */
    public static int chatBoundary(int[] prompt, int userMarker, int assistantMarker) {
        int boundary = 0;
        for (int i = 0; i < prompt.length && prompt[i] != assistantMarker; i++) {
            if (prompt[i] == userMarker) {
                boundary = i;
            }
        }
        return boundary;
    }

    /** Builds a planner. A second call of a setter is an error. Not thread-safe. */
    public static final class Builder {
        private @Nullable Integer minTokens;
        private @Nullable Integer coldMaxTokens;
        private @Nullable Integer trimTokens;
        private @Nullable Integer alignTokens;
        private @Nullable Integer continuedTokens;
        private final List<String> problems = new ArrayList<>();

        private Builder() {}

        /** The fewest tokens that are worth a file, 0 or more; 512 by default. */
        public Builder minTokens(int value) {
            minTokens = set("minTokens", minTokens, value);
            return this;
        }

        /** The longest prompt with a cold save, minTokens or more; 0 for no cold saves; 30 000 by default. */
        public Builder coldMaxTokens(int value) {
            coldMaxTokens = set("coldMaxTokens", coldMaxTokens, value);
            return this;
        }

        /** Tokens cut off the end before a length counts as stable, 0 or more; 32 by default. */
        public Builder trimTokens(int value) {
            trimTokens = set("trimTokens", trimTokens, value);
            return this;
        }

        /**
         * Stable lengths and frontiers are multiples of it, 0 or more, where 0 is as good as 1; 2 048 by default. Best
         * the size of the engine's prefill batches, or a multiple.
         */
        public Builder alignTokens(int value) {
            alignTokens = set("alignTokens", alignTokens, value);
            return this;
        }

        /**
         * Tokens between continued saves, 0 or more, rounded up to a multiple of alignTokens; 0 for no continued saves;
         * 10 240 by default.
         */
        public Builder continuedTokens(int value) {
            continuedTokens = set("continuedTokens", continuedTokens, value);
            return this;
        }

        private int set(String name, @Nullable Integer old, int value) {
            if (old != null) {
                throw new IllegalArgumentException(name + " was already set to " + old);
            }
            if (value < 0) {
                problems.add(name + " is " + value + "; it must be 0 or more");
            }
            return value;
        }

        private int value(@Nullable Integer set, int otherwise) {
            return set == null ? otherwise : set;
        }

        /**
         * The planner.
         *
         * @throws IllegalArgumentException if a setting is out of its range; all of them are named
         */
        public CheckpointPlanner build() {
            int least = value(minTokens, DEFAULT_MIN);
            int cold = value(coldMaxTokens, DEFAULT_COLD_MAX);
            List<String> all = new ArrayList<>(problems);
            if (cold > 0 && cold < least) {
                all.add("coldMaxTokens is " + cold + "; it must be 0 or at least minTokens, " + least);
            }
            if (!all.isEmpty()) {
                throw new IllegalArgumentException("checkpoint planner: " + String.join("; ", all));
            }
            return new CheckpointPlanner(this);
        }
    }
}
