package dev.kvc.store;

import org.jspecify.annotations.Nullable;

/**
 * How a snapshot is saved. Begin with {@link #DEFAULT} and change what differs.
 *
 * @param ifAbsent whether a snapshot that serves as well is left as it is: the same text, model, ABI and quant, and a
 *     context that is not larger
 * @param protectOrNull the one snapshot that a match of this query would offer first is no victim of this save
 * @param durabilityOrNull what the save waits for; {@code null} leaves it to the store's setting
 */
public record SaveOptions(
        boolean ifAbsent,
        @Nullable PrefixQuery protectOrNull,
        @Nullable Durability durabilityOrNull) {
    /** Replace what is there, protect nothing, as durable as the store is set to be. */
    public static final SaveOptions DEFAULT = new SaveOptions(false, null, null);

    /** The same, but a snapshot that serves as well is left as it is. */
    public static final SaveOptions IF_ABSENT = new SaveOptions(true, null, null);

    /** The same, but the snapshot that {@code query} would be offered first is no victim; its ancestors may be. */
    public SaveOptions protect(PrefixQuery query) {
        return new SaveOptions(ifAbsent, query, durabilityOrNull);
    }

    /** The same with another durability. */
    public SaveOptions durability(Durability durability) {
        return new SaveOptions(ifAbsent, protectOrNull, durability);
    }
}
