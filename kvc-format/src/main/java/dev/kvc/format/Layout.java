package dev.kvc.format;

/**
 * A header and the lengths of the parts behind it, checked against the real size of the file: text and payload lie
 * within it, and no sum overflows.
 *
 * @param header the first 48 bytes, as they stand
 * @param textBytes length of the text, 0 to 2^31-9
 * @param fileBytes length of the whole file, at least 52
 */
public record Layout(KvcHeader header, int textBytes, long fileBytes) {
    /**
     * Checks that text and payload lie within the file.
     *
     * @throws IllegalArgumentException if they do not
     */
    public Layout {
        if (fileBytes < KvcCodec.FIXED_BYTES) {
            throw new IllegalArgumentException(
                    "fileBytes is " + fileBytes + "; it must be at least " + KvcCodec.FIXED_BYTES);
        }
        Ranges.within("textBytes", textBytes, Math.min(fileBytes - KvcCodec.FIXED_BYTES, Ranges.MAX_ARRAY_BYTES));
        Ranges.within("payloadBytes", header.payloadBytes(), fileBytes - KvcCodec.FIXED_BYTES - textBytes);
    }

    /** Offset of the payload: where the text ends. */
    public long payloadOffset() {
        return (long) KvcCodec.FIXED_BYTES + textBytes;
    }

    /** Offset of the byte behind the payload: where the trailer begins. */
    public long payloadEnd() {
        return payloadOffset() + header.payloadBytes();
    }

    /** Bytes behind the payload: trailer and footer. */
    public long tailBytes() {
        return fileBytes - payloadEnd();
    }
}
