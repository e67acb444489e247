package dev.kvc.redis;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcFormatException;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Layout;
import dev.kvc.store.SnapshotInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What stands for a snapshot in Redis: while it is there, so is the snapshot. It has all that is known of it without
 * reading its parts. A small file lies beside it, in the same slot, so that both come in one trip.
 *
 * <pre>
 *    0  1 (version)   1  header and text length, as in the file   53  u64 file bytes
 *   61  u32 part bytes   65  SHA-1 of the text   85
 * </pre>
 *
 * @param save tells the parts of this save from those of any other
 * @param layout header and lengths
 * @param partBytes the longest part; 0 if the file lies beside the manifest
 * @param textKey SHA-1 of the text
 */
record Manifest(String save, Layout layout, int partBytes, KvcKey textKey) {
    private static final byte VERSION = 1;
    private static final int BYTES = 1 + KvcCodec.FIXED_BYTES + Long.BYTES + Integer.BYTES + KvcKey.BYTES;

    ByteBuffer encode() {
        ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.put(VERSION);
        KvcCodec.encodeFixed(layout.header(), layout.textBytes(), out);
        out.putLong(layout.fileBytes()).putInt(partBytes).put(textKey.toBytes());
        return out.flip();
    }

    /**
     * Reads what Redis has, which may be anything.
     *
     * @throws KvcFormatException if it is not a manifest
     */
    static Manifest decode(String save, ByteBuffer bytes, int maxTextBytes, String source) throws KvcFormatException {
        ByteBuffer in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (in.remaining() != BYTES || in.get(0) != VERSION) {
            throw new KvcFormatException(
                    KvcFormatException.Kind.UNSUPPORTED_VERSION,
                    source,
                    0,
                    "a manifest of version 1 and " + BYTES + " bytes",
                    in.remaining() + " bytes");
        }
        long fileBytes = in.getLong(1 + KvcCodec.FIXED_BYTES);
        int partBytes = in.getInt(1 + KvcCodec.FIXED_BYTES + Long.BYTES);
        if (fileBytes < 0 || partBytes < 0) {
            throw new KvcFormatException(
                    KvcFormatException.Kind.TRUNCATED,
                    source,
                    1 + KvcCodec.FIXED_BYTES,
                    "lengths of 0 or more",
                    fileBytes + " bytes in parts of " + partBytes);
        }
        Layout layout = KvcCodec.decodeLayout(in.slice(1, KvcCodec.FIXED_BYTES), fileBytes, maxTextBytes, source);
        byte[] text = new byte[KvcKey.BYTES];
        in.get(BYTES - KvcKey.BYTES, text);
        return new Manifest(save, layout, partBytes, KvcKey.ofBytes(text));
    }

    KvcHeader header() {
        return layout.header();
    }

    /** Whether the file lies beside it, and not in parts. */
    boolean hasFileBeside() {
        return partBytes == 0;
    }

    /** How many parts there are. */
    int partCount() {
        return hasFileBeside() ? 0 : parts().count();
    }

    /** How the file is cut, if it is. */
    PartLayout parts() {
        return new PartLayout(layout.fileBytes(), layout.payloadOffset(), partBytes);
    }

    SnapshotInfo info(SnapshotId id) {
        return new SnapshotInfo(id, layout.header(), layout.textBytes(), layout.fileBytes());
    }
}
