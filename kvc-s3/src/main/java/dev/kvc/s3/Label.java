package dev.kvc.s3;

import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcFormatException;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.Layout;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What a snapshot is, in 97 characters that fit an object's metadata and an object's name.
 *
 * <p>16 hex digits that no other save has, a dot, and in base64 for URLs the first 52 bytes of the file (header and
 * text length) and its length in 8, big-endian.
 *
 * @param nonce of the save that wrote the object: two saves of equal snapshots differ in it
 * @param header the header; in metadata as it was saved, in an index entry with the hits since
 * @param textBytes length of the text
 * @param fileBytes length of the object
 * @param isVerifiable whether it has an integrity footer: one that has lost it is damaged, where others may have none
 */
record Label(long nonce, KvcHeader header, int textBytes, long fileBytes, boolean isVerifiable) {
    /** The name of the user metadata that hold it: {@code x-amz-meta-kvc}. */
    static final String METADATA = "kvc";

    private static final int NONCE_DIGITS = 16;
    private static final int PACKED_BYTES = KvcCodec.FIXED_BYTES + Long.BYTES;

    /** How many characters it takes. */
    static final int LENGTH = NONCE_DIGITS + 1 + PACKED_BYTES / 3 * 4;

    private static final HexFormat HEX = HexFormat.of();

    String encode() {
        ByteBuffer packed = ByteBuffer.allocate(PACKED_BYTES);
        KvcCodec.encodeFixed(header, textBytes, packed);
        packed.putLong(isVerifiable ? fileBytes : fileBytes | Long.MIN_VALUE);
        return HEX.toHexDigits(nonce) + "." + Base64.getUrlEncoder().encodeToString(packed.array());
    }

    /** Reads what {@link #encode} writes; {@code null} for anything else: metadata are whatever somebody wrote. */
    static @Nullable Label parse(@Nullable String text) {
        if (text == null || text.length() != LENGTH || text.charAt(NONCE_DIGITS) != '.') {
            return null;
        }
        try {
            ByteBuffer packed = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text.substring(NONCE_DIGITS + 1)));
            long lengthAndFlag = packed.getLong(KvcCodec.FIXED_BYTES);
            long fileBytes = lengthAndFlag & Long.MAX_VALUE;
            Layout layout = KvcCodec.decodeLayout(packed, fileBytes, Integer.MAX_VALUE, "a label");
            long nonce = HexFormat.fromHexDigitsToLong(text, 0, NONCE_DIGITS);
            return new Label(nonce, layout.header(), layout.textBytes(), fileBytes, lengthAndFlag >= 0);
        } catch (KvcFormatException | IllegalArgumentException e) {
            return null;
        }
    }

    /** Length of what stands behind the payload. */
    long behindPayload() {
        return new Layout(header, textBytes, fileBytes).tailBytes();
    }

    /** The same after hits. */
    Label with(KvcHeader later) {
        return new Label(nonce, later, textBytes, fileBytes, isVerifiable);
    }
}
