package dev.kvc.store.tier;

import dev.kvc.store.KvStore;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A store and its place in a {@link TieredKvStore}. Begin with {@link #of} and change what differs.
 *
 * @param store where the snapshots of this tier live; the root of it, not the view of a namespace
 * @param writeMode how saves reach it
 * @param promotion when it takes what was found in a slower tier; of no meaning for the slowest
 * @param deadlineOrNull how long a load, match or stat may take before the caller goes on without this tier;
 *     {@code null} for as long as it takes. Saves are not cut short, because they may still read the caller's memory:
 *     where they would wait too long, write back.
 */
public record Tier(
        KvStore store,
        WriteMode writeMode,
        Promotion promotion,
        @Nullable Duration deadlineOrNull) {
    /**
     * Checks the deadline and the store.
     *
     * @throws IllegalArgumentException if the deadline is not longer than 0, or the store is the view of a namespace
     */
    public Tier {
        if (deadlineOrNull != null && (deadlineOrNull.isNegative() || deadlineOrNull.isZero())) {
            throw new IllegalArgumentException("deadline is " + deadlineOrNull + "; it must be longer than 0");
        }
        if (!store.namespace().isDefault()) {
            throw new IllegalArgumentException("store is the view of namespace \"" + store.namespace()
                    + "\"; a tier must be the root of its store");
        }
    }

    /** Written through, without a deadline, and taking what has been hit twice behind it. */
    public static Tier of(KvStore store) {
        return new Tier(store, WriteMode.WRITE_THROUGH, Promotion.onSecondHit(), null);
    }

    /** The same, written another way. */
    public Tier writeMode(WriteMode mode) {
        return new Tier(store, mode, promotion, deadlineOrNull);
    }

    /** The same with another promotion. */
    public Tier promotion(Promotion rule) {
        return new Tier(store, writeMode, rule, deadlineOrNull);
    }

    /** The same with a deadline, longer than 0. */
    public Tier deadline(Duration time) {
        return new Tier(store, writeMode, promotion, time);
    }
}
