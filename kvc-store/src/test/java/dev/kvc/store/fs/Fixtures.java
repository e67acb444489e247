package dev.kvc.store.fs;

import dev.kvc.faultfs.Fault;
import dev.kvc.faultfs.FaultyFileSystem;
import dev.kvc.faultfs.Operation;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.format.SaveReason;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Random;

/** Snapshots for tests, and files as other writers leave them. */
final class Fixtures {
    private Fixtures() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] payload(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static SnapshotDraft draft(String text, byte[] payload) {
        return SnapshotDraft.builder()
                .text(text)
                .payload(payload)
                .tokenCount(text.length())
                .contextSize(8192)
                .quantBits(2)
                .saveReason(SaveReason.COLD)
                .build();
    }

    static SnapshotDraft draft(String text, int payloadBytes) {
        return draft(text, payload(payloadBytes, text.hashCode()));
    }

    /** What a file of a key is called by who writes its digits in upper case. */
    static String upperCaseName(KvcKey key) {
        return key.hex().toUpperCase(Locale.ROOT) + ".kv";
    }

    /** A file or directory, whose file system does {@code strike} before each operation, which may make it fail. */
    static Path watched(Path file, Fault.Strike strike) throws IOException {
        return FaultyFileSystem.around(file).with(Fault.onAny().doing(strike)).path();
    }

    /** Whether a file that is there is being opened. */
    static boolean isOpening(Operation operation) {
        return operation == Operation.OPEN || operation == Operation.OPEN_WRITE;
    }

    /** Changes one bit where it is: a file that were written anew would be empty for a moment, which others may see. */
    static void flip(Path file, long offset) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            channel.write(one.put(0, (byte) (one.get(0) ^ 0x10)).flip(), offset);
        }
    }

    /** A file as the reference implementation writes it: no trailer, no footer. Written by hand, not by our codec. */
    static byte[] referenceFile(KvcHeader header, byte[] text, byte[] payload) {
        ByteBuffer out = ByteBuffer.allocate(52 + text.length + payload.length).order(ByteOrder.LITTLE_ENDIAN);
        out.put(bytes("KVC")).put((byte) 1);
        out.put((byte) header.quantBits()).put((byte) header.saveReason().code());
        out.put((byte) header.extensionFlags().bits()).put((byte) header.modelId());
        out.putInt((int) header.tokenCount()).putInt((int) header.hitCount());
        out.putInt((int) header.contextSize());
        out.put((byte) header.payloadAbi()).put(new byte[3]);
        out.putLong(header.createdUnix()).putLong(header.lastUsedUnix()).putLong(payload.length);
        out.putInt(text.length).put(text).put(payload);
        return out.array();
    }

    /** Puts a file into a directory as the reference implementation would, last used at a time. */
    static Path placeReferenceFile(Path directory, String text, int payloadBytes, long lastUsedUnix)
            throws IOException {
        KvcHeader header = KvcHeader.builder()
                .quantBits(2)
                .saveReason(SaveReason.COLD)
                .tokenCount(text.length())
                .contextSize(8192)
                .createdUnix(lastUsedUnix)
                .lastUsedUnix(lastUsedUnix)
                .build();
        Path file = directory.resolve(KvcKey.of(text) + ".kv");
        return Files.write(file, referenceFile(header, bytes(text), payload(payloadBytes, text.hashCode())));
    }
}
