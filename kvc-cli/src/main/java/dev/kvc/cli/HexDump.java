package dev.kvc.cli;

import dev.kvc.format.KvcCodec;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A part of a file in hex.
 *
 * @param offset of its first byte
 * @param count how many bytes
 */
record HexDump(long offset, int count) {
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");
    private static final int PER_LINE = 16;
    private static final int MAX_COUNT = 1 << 24;

    /** Reads {@code OFFSET:COUNT}. */
    static final class Converter implements ITypeConverter<HexDump> {
        @Override
        public HexDump convert(String text) {
            String[] parts = text.split(":", -1);
            try {
                long offset = Long.parseLong(parts[0]);
                int count = parts.length == 2 ? Integer.parseInt(parts[1]) : KvcCodec.FIXED_BYTES;
                if (parts.length <= 2 && offset >= 0 && count >= 0 && count <= MAX_COUNT) {
                    return new HexDump(offset, count);
                }
            } catch (NumberFormatException e) {
                throw new TypeConversionException(rule(text));
            }
            throw new TypeConversionException(rule(text));
        }

        private static String rule(String text) {
            return "\"" + text + "\" is no part of a file such as 0:64: offset and count, at most " + MAX_COUNT;
        }
    }

    void print(SnapshotFile file, PrintStream out) throws IOException {
        ByteBuffer bytes = file.bytes(offset, count);
        for (int at = 0; at < bytes.limit(); at += PER_LINE) {
            byte[] line = new byte[Math.min(PER_LINE, bytes.limit() - at)];
            bytes.get(at, line);
            StringBuilder characters = new StringBuilder();
            for (byte each : line) {
                characters.append(each >= ' ' && each < 127 ? (char) each : '.');
            }
            out.println(new Row()
                    .right(String.format("%08x", offset + at), 8)
                    .left(HEX.formatHex(line), 3 * PER_LINE - 1)
                    .left(characters.toString(), PER_LINE));
        }
    }
}
