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
 * @param admission what it takes of what is saved
 * @param deadlineOrNull how long a load, match, stat, removal or touch may take before the caller goes on without this
 *     tier; {@code null} for as long as it takes
 * @param saveDeadlineOrNull how long a save may take: the next piece of the payload after that is refused, so that the
 *     save fails. It is cut at a piece, because the store reads the caller's memory: how long one piece takes is
 *     bounded by the store's own timeouts. {@code null} for as long as it takes
 */
public record Tier(
        KvStore store,
        WriteMode writeMode,
        Promotion promotion,
        Admission admission,
        @Nullable Duration deadlineOrNull,
        @Nullable Duration saveDeadlineOrNull) {
    /**
     * Checks the deadlines and the store.
     *
     * @throws IllegalArgumentException if a deadline is not longer than 0, or the store is the view of a namespace
     */
    public Tier {
        requireLonger("deadline", deadlineOrNull);
        requireLonger("saveDeadline", saveDeadlineOrNull);
        if (!store.namespace().isDefault()) {
            throw new IllegalArgumentException("store is the view of namespace \"" + store.namespace()
                    + "\"; a tier must be the root of its store");
        }
    }

    private static void requireLonger(String name, @Nullable Duration time) {
        if (time != null && (time.isNegative() || time.isZero())) {
            throw new IllegalArgumentException(name + " is " + time + "; it must be longer than 0");
        }
    }

    /** Written through, all of it, without a deadline, and taking what has been hit twice behind it. */
    public static Tier of(KvStore store) {
        return new Tier(store, WriteMode.WRITE_THROUGH, Promotion.onSecondHit(), Admission.all(), null, null);
    }

    /** The same, written another way. */
    public Tier writeMode(WriteMode mode) {
        return new Tier(store, mode, promotion, admission, deadlineOrNull, saveDeadlineOrNull);
    }

    /** The same with another promotion. */
    public Tier promotion(Promotion rule) {
        return new Tier(store, writeMode, rule, admission, deadlineOrNull, saveDeadlineOrNull);
    }

    /** The same with another admission. */
    public Tier admission(Admission rule) {
        return new Tier(store, writeMode, promotion, rule, deadlineOrNull, saveDeadlineOrNull);
    }

    /** The same with a deadline for all but saves, longer than 0. */
    public Tier deadline(Duration time) {
        return new Tier(store, writeMode, promotion, admission, time, saveDeadlineOrNull);
    }

    /** The same with a deadline for saves, longer than 0. */
    public Tier saveDeadline(Duration time) {
        return new Tier(store, writeMode, promotion, admission, deadlineOrNull, time);
    }
}
