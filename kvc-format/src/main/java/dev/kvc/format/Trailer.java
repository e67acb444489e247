package dev.kvc.format;

import static dev.kvc.format.ExtensionFlags.SESSION_TITLE;
import static dev.kvc.format.ExtensionFlags.TOOL_MAP;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bytes between payload and footer: sections in flag-bit order, then bytes that we do not understand.
 *
 * <p>The raw bytes are the truth and are kept as they are; sections are parsed out of them when they are asked for, so
 * that a load which needs none pays for none. A section that cannot be parsed is absent, and so is what stands behind
 * it; neither is ever a reason to fail a hit.
 */
public final class Trailer {
    /** No byte, and no section announced. */
    public static final Trailer EMPTY = new Trailer(ExtensionFlags.NONE, ByteBuffer.allocate(0));

    private static final int SECTIONS = TOOL_MAP | SESSION_TITLE;

    /** Which sections the header announces, whether they can be parsed or not; no other flag. */
    private final ExtensionFlags announced;

    private final ByteBuffer raw;

    private Trailer(ExtensionFlags flags, ByteBuffer raw) {
        this.announced = flags.without(~SECTIONS);
        this.raw = raw.slice().asReadOnlyBuffer();
    }

    /**
     * A trailer of sections that we know, whose bytes are copied.
     *
     * @param toolMap or {@code null} for none
     * @param sessionTitle or {@code null} for none
     * @throws ArithmeticException if they have more than 2^31-1 bytes together
     */
    public static Trailer of(@Nullable ToolMap toolMap, @Nullable SessionTitle sessionTitle) {
        int size = Math.addExact(
                toolMap == null ? 0 : toolMap.encodedBytes(), sessionTitle == null ? 0 : sessionTitle.encodedBytes());
        ByteBuffer raw = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        ExtensionFlags flags = ExtensionFlags.NONE;
        if (toolMap != null) {
            toolMap.encode(raw);
            flags = flags.with(TOOL_MAP);
        }
        if (sessionTitle != null) {
            sessionTitle.encode(raw);
            flags = flags.with(SESSION_TITLE);
        }
        return new Trailer(flags, raw.flip());
    }

    /**
     * The trailer of a file.
     *
     * @param flags the header's: they say which sections to look for
     * @param raw its remaining bytes, which are copied; the position is left as it is
     */
    public static Trailer decode(ExtensionFlags flags, ByteBuffer raw) {
        ByteBuffer copy = ByteBuffer.allocate(raw.remaining()).put(raw.duplicate());
        return wrap(flags, copy.flip());
    }

    /** As {@link #decode}, but keeps {@code raw} itself, which nobody else may write to. */
    static Trailer wrap(ExtensionFlags flags, ByteBuffer raw) {
        return new Trailer(flags, raw);
    }

    /** All bytes; read-only, and each call gives a buffer of its own. */
    public ByteBuffer raw() {
        return raw.duplicate();
    }

    /** How many bytes there are. */
    public int bytes() {
        return raw.remaining();
    }

    /** The tool map, if the flags announce one and it can be parsed; parsed anew by each call. */
    public Optional<ToolMap> toolMap() {
        return announced.has(TOOL_MAP) ? ToolMap.decode(raw()) : Optional.empty();
    }

    /** The session title, if the flags announce one and it can be parsed; parsed anew by each call. */
    public Optional<SessionTitle> sessionTitle() {
        ByteBuffer in = raw();
        if (!announced.has(SESSION_TITLE) || (announced.has(TOOL_MAP) && !ToolMap.skip(in))) {
            return Optional.empty();
        }
        return SessionTitle.decode(in);
    }

    /**
     * {@code flags} with the bits that announce this trailer's sections, and without those of sections that it does not
     * have. A section that the trailer's own file announces stays announced even where it cannot be parsed.
     */
    public ExtensionFlags announceIn(ExtensionFlags flags) {
        return flags.without(SECTIONS).with(announced.bits());
    }

    /** Whether {@code other} has the same bytes with the same sections announced. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Trailer that && announced.equals(that.announced) && raw.equals(that.raw);
    }

    @Override
    public int hashCode() {
        return raw.hashCode();
    }

    /** Size and announced sections, for messages. */
    @Override
    public String toString() {
        return "Trailer[" + bytes() + " bytes, announced " + announced.bits() + "]";
    }
}
