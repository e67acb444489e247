package dev.kvc.format;

import java.io.IOException;

/**
 * A file that breaks a rule of the format. The message names the source, the offset, what was expected there and what
 * was found.
 */
public final class KvcFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final String sourceName;
    private final long offset;

    /** What is wrong with the file. */
    public enum Kind {
        /** The file does not begin with {@code KVC}. */
        BAD_MAGIC,
        /** The version is not 1. */
        UNSUPPORTED_VERSION,
        /** The file ends before a part that its lengths announce. */
        TRUNCATED,
        /** The text is longer than the reader's limit. */
        TEXT_TOO_LARGE,
        /** The payload's length has its top bit set. */
        PAYLOAD_TOO_LARGE,
        /** A part does not have the checksum that the integrity footer gives. */
        CHECKSUM_MISMATCH,
        /** The text does not hash to the key, where a caller asked that it does. */
        KEY_MISMATCH
    }

    /**
     * Describes one broken rule.
     *
     * @param kind which rule
     * @param source the file or other source, for the message
     * @param offset where in the source the rule is broken, in bytes
     * @param expected what should stand there
     * @param found what stands there
     */
    public KvcFormatException(Kind kind, String source, long offset, String expected, String found) {
        super(source + ": " + kind + " at offset " + offset + ": expected " + expected + ", found " + found);
        this.kind = kind;
        this.sourceName = source;
        this.offset = offset;
    }

    /** Which rule is broken. */
    public Kind kind() {
        return kind;
    }

    /** The file or other source in which it is broken. */
    public String source() {
        return sourceName;
    }

    /** Where in the source, in bytes. */
    public long offset() {
        return offset;
    }
}
