package dev.kvc.store;

import org.jspecify.annotations.Nullable;

/**
 * How a snapshot is saved. Begin with {@link #DEFAULT} and change what differs.
 *
 * @param ifAbsent whether a snapshot that serves as well is left as it is: the same text, model, ABI and quant, and a
 *     context that is not larger
 * @param protectOrNull the one snapshot that a match of this query would offer first is no victim of this save
 * @param durabilityOrNull what the save waits for; {@code null} leaves it to the store's setting
 * @param alwaysAdmitted whether the store's rules of admission do not count: its least tokens, its bytes a day
 */
public record SaveOptions(
        boolean ifAbsent,
        @Nullable PrefixQuery protectOrNull,
        @Nullable Durability durabilityOrNull,
        boolean alwaysAdmitted) {
    /** Replace what is there, protect nothing, as durable as the store is set to be, and if it admits it. */
    public static final SaveOptions DEFAULT = new SaveOptions(false, null, null, false);

    /** The same, but a snapshot that serves as well is left as it is. */
    public static final SaveOptions IF_ABSENT = new SaveOptions(true, null, null, false);

    /** The same, but the snapshot that {@code query} would be offered first is no victim; its ancestors may be. */
    public SaveOptions protect(PrefixQuery query) {
        return new SaveOptions(ifAbsent, query, durabilityOrNull, alwaysAdmitted);
    }

    /** The same with another durability. */
    public SaveOptions durability(Durability durability) {
        return new SaveOptions(ifAbsent, protectOrNull, durability, alwaysAdmitted);
    }

    /** The same, but the store's rules of admission do not count: for what must not be lost, such as at a shutdown. */
    public SaveOptions admitAlways() {
        return new SaveOptions(ifAbsent, protectOrNull, durabilityOrNull, true);
    }
}
