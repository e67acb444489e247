package dev.kvc.format;

/**
 * The extension flags: byte 6 of the header. Bits that we do not know are kept.
 *
 * @param bits 0 to 255
 */
public record ExtensionFlags(int bits) {
    /** Bit 0: a tool map section follows the payload. */
    public static final int TOOL_MAP = 1;
    /** Bit 1: the text is the visible transcript of a Responses conversation. */
    public static final int RESPONSES_VISIBLE = 1 << 1;
    /** Bit 2: the text is the visible transcript of a thinking conversation. */
    public static final int THINKING_VISIBLE = 1 << 2;
    /** Bit 3: a session title section follows. */
    public static final int SESSION_TITLE = 1 << 3;
    /** Bit 6: another writer owns the end of the file, so we add no footer to it. */
    public static final int OWNED_END = 1 << 6;

    /** No flag. */
    public static final ExtensionFlags NONE = new ExtensionFlags(0);

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if {@code bits} is not 0 to 255
     */
    public ExtensionFlags {
        Ranges.u8("extensionFlags", bits);
    }

    /** Whether any bit of {@code mask} is set. */
    public boolean has(int mask) {
        return (bits & mask) != 0;
    }

    /** These flags with all bits of {@code mask} set as well. */
    public ExtensionFlags with(int mask) {
        return new ExtensionFlags(bits | mask);
    }

    /** These flags with all bits of {@code mask} cleared. */
    public ExtensionFlags without(int mask) {
        return new ExtensionFlags(bits & ~mask);
    }
}
