package dev.kvc.store;

/**
 * What {@link KvStores#verify} reads, and whether it mends what it finds.
 *
 * @param payloads whether payloads are read, too; without them, lengths, names, headers, texts and trailers are checked
 * @param mend whether damaged files are set aside and dead temporaries removed; else nothing is changed
 */
public record VerifyOptions(boolean payloads, boolean mend) {
    /** Every byte is read, and nothing is changed. */
    public static final VerifyOptions DEFAULT = new VerifyOptions(true, false);

    /** The same, but payloads are not read: hundreds of times faster. */
    public VerifyOptions withoutPayloads() {
        return new VerifyOptions(false, mend);
    }

    /** The same, and what is found is mended. */
    public VerifyOptions mending() {
        return new VerifyOptions(payloads, true);
    }
}
