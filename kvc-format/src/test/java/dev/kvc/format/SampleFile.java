package dev.kvc.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;

/** Files to read and to damage, made of their parts by the code under test. */
final class SampleFile {
    private static final int FOOTER = IntegrityFooter.FIXED_BYTES;

    private final KvcHeader header;
    private final byte[] text;
    private final byte[] payload;
    private final Trailer trailer;

    private SampleFile(KvcHeader header, byte[] text, byte[] payload, Trailer trailer) {
        this.header = header;
        this.text = text;
        this.payload = payload;
        this.trailer = trailer;
    }

    /** A file whose payload is {@code payloadBytes} bytes that look random. */
    static SampleFile of(KvcHeader.Builder header, String text, int payloadBytes, Trailer trailer) {
        byte[] payload = new byte[payloadBytes];
        new Random(payloadBytes).nextBytes(payload);
        return new SampleFile(
                header.payloadBytes(payloadBytes).build(), text.getBytes(StandardCharsets.UTF_8), payload, trailer);
    }

    /** Without a trailer, and a header that is not all zero. */
    static SampleFile of(int payloadBytes) {
        return of(ordinaryHeader(), "a rendered prompt", payloadBytes, Trailer.EMPTY);
    }

    static KvcHeader.Builder ordinaryHeader() {
        return KvcHeader.builder()
                .quantBits(2)
                .saveReason(SaveReason.COLD)
                .tokenCount(512)
                .contextSize(32_768)
                .createdUnix(1_779_370_000)
                .lastUsedUnix(1_779_373_600);
    }

    /** The file as a writer that knows no footer leaves it. */
    byte[] withoutFooter() {
        return concat(beginning(), payload, bytes(trailer.raw()));
    }

    byte[] withFooter() {
        return concat(withoutFooter(), bytes(footer().encode()));
    }

    IntegrityFooter footer() {
        BlockChecksums checksums = new BlockChecksums(payload.length);
        checksums.update(ByteBuffer.wrap(payload));
        return IntegrityFooter.of(header, ByteBuffer.wrap(text), checksums, trailer.raw());
    }

    KvcHeader header() {
        return header;
    }

    byte[] text() {
        return text.clone();
    }

    byte[] payload() {
        return payload.clone();
    }

    Trailer trailer() {
        return trailer;
    }

    private byte[] beginning() {
        ByteBuffer fixed = ByteBuffer.allocate(KvcCodec.FIXED_BYTES);
        KvcCodec.encodeFixed(header, text.length, fixed);
        return concat(fixed.array(), text);
    }

    /** The file with its last 40 bytes changed and their own checksum made right again. */
    static byte[] withFooterChanged(byte[] file, Consumer<ByteBuffer> change) {
        byte[] copy = file.clone();
        ByteBuffer last =
                ByteBuffer.wrap(copy, copy.length - FOOTER, FOOTER).slice().order(ByteOrder.LITTLE_ENDIAN);
        change.accept(last);
        mendOwnChecksum(copy);
        return copy;
    }

    /** Makes the footer's checksum of itself, the last 4 bytes, right again. */
    static void mendOwnChecksum(byte[] file) {
        ByteBuffer last =
                ByteBuffer.wrap(file, file.length - FOOTER, FOOTER).slice().order(ByteOrder.LITTLE_ENDIAN);
        last.putInt(IntegrityFooter.AT_OWN_CRC, Crc.of(last.slice(0, IntegrityFooter.AT_OWN_CRC)));
    }

    /** The file with one byte replaced. */
    static byte[] withByte(byte[] file, int offset, int value) {
        byte[] copy = file.clone();
        copy[offset] = (byte) value;
        return copy;
    }

    static byte[] withBitFlipped(byte[] file, int offset, int bit) {
        return withByte(file, offset, file[offset] ^ 1 << bit);
    }

    static byte[] concat(byte[]... parts) {
        byte[] whole =
                new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        ByteBuffer out = ByteBuffer.wrap(whole);
        for (byte[] part : parts) {
            out.put(part);
        }
        return whole;
    }

    /** The remaining bytes, in a new array; the position is left as it is. */
    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
