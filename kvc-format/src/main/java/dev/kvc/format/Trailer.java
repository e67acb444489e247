package dev.kvc.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bytes between payload and footer: sections in flag-bit order, then bytes that we do not understand.
 *
 * <p>The raw bytes are the truth and are kept as they are. A section that cannot be parsed is absent, and so is what
 * stands behind it; neither is ever a reason to fail a hit.
 */
public final class Trailer {
    /** No byte. */
    public static final Trailer EMPTY = new Trailer(ByteBuffer.allocate(0), null, null);

    private final ByteBuffer raw;
    private final @Nullable ToolMap toolMap;
    private final @Nullable SessionTitle sessionTitle;

    private Trailer(ByteBuffer raw, @Nullable ToolMap toolMap, @Nullable SessionTitle sessionTitle) {
        this.raw = raw.slice().asReadOnlyBuffer();
        this.toolMap = toolMap;
        this.sessionTitle = sessionTitle;
    }

    /**
     * A trailer of sections that we know.
     *
     * @param toolMap or {@code null} for none
     * @param sessionTitle or {@code null} for none
     * @throws ArithmeticException if they have more than 2^31-1 bytes together
     */
    public static Trailer of(@Nullable ToolMap toolMap, @Nullable SessionTitle sessionTitle) {
        int size = Math.addExact(
                toolMap == null ? 0 : toolMap.encodedBytes(), sessionTitle == null ? 0 : sessionTitle.encodedBytes());
        ByteBuffer raw = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        if (toolMap != null) {
            toolMap.encode(raw);
        }
        if (sessionTitle != null) {
            sessionTitle.encode(raw);
        }
        return new Trailer(raw.flip(), toolMap, sessionTitle);
    }

    /**
     * The trailer of a file.
     *
     * @param flags the header's: they say which sections to look for
     * @param raw its remaining bytes, which are not copied; the position is left as it is
     */
    public static Trailer decode(ExtensionFlags flags, ByteBuffer raw) {
        ByteBuffer in = raw.slice();
        @Nullable ToolMap toolMap = null;
        if (flags.has(ExtensionFlags.TOOL_MAP)) {
            toolMap = ToolMap.decode(in).orElse(null);
            if (toolMap == null) {
                return new Trailer(raw, null, null);
            }
        }
        @Nullable SessionTitle title =
                flags.has(ExtensionFlags.SESSION_TITLE) ? SessionTitle.decode(in).orElse(null) : null;
        return new Trailer(raw, toolMap, title);
    }

    /** All bytes; read-only, and each call gives a buffer of its own. */
    public ByteBuffer raw() {
        return raw.duplicate();
    }

    /** How many bytes there are. */
    public int bytes() {
        return raw.remaining();
    }

    /** The tool map, if the flags announce one and it can be parsed. */
    public Optional<ToolMap> toolMap() {
        return Optional.ofNullable(toolMap);
    }

    /** The session title, if the flags announce one and it can be parsed. */
    public Optional<SessionTitle> sessionTitle() {
        return Optional.ofNullable(sessionTitle);
    }

    /** {@code flags} with the bits set that announce this trailer's sections. */
    public ExtensionFlags announceIn(ExtensionFlags flags) {
        int bits = (toolMap == null ? 0 : ExtensionFlags.TOOL_MAP)
                | (sessionTitle == null ? 0 : ExtensionFlags.SESSION_TITLE);
        return flags.with(bits);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Trailer that && raw.equals(that.raw);
    }

    @Override
    public int hashCode() {
        return raw.hashCode();
    }
}
