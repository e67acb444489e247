package dev.kvc.format;

/**
 * Why a snapshot was saved: byte 5 of the header.
 *
 * <p>Codes 0 to 6 are known here; other writers use 7 to 9. A code that we do not know is kept as it is.
 *
 * @param code 0 to 255
 */
public record SaveReason(int code) {
    /** No reason was given. */
    public static final SaveReason UNKNOWN = new SaveReason(0);
    /** The first long prompt of a session, cut back to a stable boundary. */
    public static final SaveReason COLD = new SaveReason(1);
    /** A checkpoint while a conversation goes on. */
    public static final SaveReason CONTINUED = new SaveReason(2);
    /** A live session made room for another one. */
    public static final SaveReason EVICT = new SaveReason(3);
    /** The engine was shut down. */
    public static final SaveReason SHUTDOWN = new SaveReason(4);
    /** An agent's system prompt. */
    public static final SaveReason AGENT_SYSTEM = new SaveReason(5);
    /** An agent's session. */
    public static final SaveReason AGENT_SESSION = new SaveReason(6);

    private static final String[] NAMES = {
        "unknown", "cold", "continued", "evict", "shutdown", "agent-system", "agent-session"
    };

    /**
     * Checks the code.
     *
     * @throws IllegalArgumentException if {@code code} is not 0 to 255
     */
    public SaveReason {
        Ranges.u8("saveReason", code);
    }

    /** The name that operators see, such as {@code agent-session}; {@code code-9} for a code that has none here. */
    @Override
    public String toString() {
        return code < NAMES.length ? NAMES[code] : "code-" + code;
    }
}
