package dev.kvc.s3;

import dev.kvc.format.KvcKey;
import java.util.Comparator;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * One name in the index that stands beside the objects: an empty object, whose name is all there is to it.
 *
 * <p>The time stands first, so that what is new is listed from a time on. Two entries of one key are left when two
 * machines save it at once, or one stops half-way: the later one counts, and who lists all removes the other.
 *
 * @param millis when it was put there, in milliseconds since 1970, by the clock of the machine that did
 * @param label what the object is
 * @param etag {@link Etags#digest} of the object that it was made for
 * @param key the object's key
 */
record IndexEntry(long millis, Label label, long etag, KvcKey key) {
    /** The later of two entries of one key. */
    static final Comparator<IndexEntry> BY_AGE = Comparator.comparingLong(IndexEntry::millis)
            .thenComparingLong(entry -> entry.label.header().hitCount());

    private static final int TIME_DIGITS = 12;
    private static final int ETAG_DIGITS = 16;
    private static final int LABEL_AT = TIME_DIGITS + 1;
    private static final int ETAG_AT = LABEL_AT + Label.LENGTH + 1;
    private static final int KEY_AT = ETAG_AT + ETAG_DIGITS + 1;
    private static final HexFormat HEX = HexFormat.of();

    /** Its name behind the folder of the index. */
    String name() {
        return timePart(millis) + "." + label.encode() + "." + HEX.toHexDigits(etag) + "." + key.hex();
    }

    /** What the names of entries of this time, and of no earlier ones, begin with. */
    static String timePart(long millis) {
        return HEX.toHexDigits(Math.max(0, millis), TIME_DIGITS);
    }

    /** Reads a name; {@code null} for one that is not ours. */
    static @Nullable IndexEntry parse(String name) {
        if (name.length() != KEY_AT + KvcKey.HEX_DIGITS || name.charAt(ETAG_AT - 1) != '.') {
            return null;
        }
        @Nullable Label label = Label.parse(name.substring(LABEL_AT, ETAG_AT - 1));
        @Nullable KvcKey key = KvcKey.parseOrNull(name.substring(KEY_AT));
        if (label == null || key == null) {
            return null;
        }
        try {
            long millis = HexFormat.fromHexDigitsToLong(name, 0, TIME_DIGITS);
            long etag = HexFormat.fromHexDigitsToLong(name, ETAG_AT, ETAG_AT + ETAG_DIGITS);
            return new IndexEntry(millis, label, etag, key);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
