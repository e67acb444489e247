package dev.kvc.bench;

import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.fs.FileSystemKvStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** The snapshots that all sides work on: the same in every JVM. */
final class Corpus {
    /** A text of such a length makes payloads begin anywhere in a page, as they do. */
    static final int TEXT_BYTES = 3_000;

    private static final int PAGE = 4096;

    private Corpus() {}

    static byte[] text(int index) {
        byte[] text = new byte[TEXT_BYTES];
        Arrays.fill(text, (byte) ' ');
        byte[] name = ("snapshot " + index).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(name, 0, text, 0, name.length);
        return text;
    }

    static KvcKey key(int index) {
        return KvcKey.of(text(index));
    }

    /** The keys of the first snapshots: to be had before what is measured begins, for they are hashes. */
    static List<KvcKey> keys(int count) {
        return IntStream.range(0, count).mapToObj(Corpus::key).toList();
    }

    static Path file(Path directory, int index) {
        return directory.resolve(key(index).hex() + ".kv");
    }

    /** Bytes that do not compress, in memory that is touched. */
    static ByteBuffer payload(int bytes) {
        return fill(direct(bytes));
    }

    /** Random bytes in all of {@code buffer}. */
    static ByteBuffer fill(ByteBuffer buffer) {
        byte[] noise = new byte[1 << 16];
        new Random(42).nextBytes(noise);
        while (buffer.hasRemaining()) {
            buffer.put(noise, 0, Math.min(noise.length, buffer.remaining()));
        }
        return buffer.flip();
    }

    /** All of {@code buffer} in a new array. */
    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.capacity()];
        buffer.get(0, bytes);
        return bytes;
    }

    /** A direct buffer as a caller gets it: at 16 bytes behind a page, if it is large. */
    static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes);
    }

    /** A direct buffer whose address agrees with the offset of a payload in its file within a page. */
    static ByteBuffer agreeing(int bytes) {
        int offset = (52 + TEXT_BYTES) % PAGE;
        return ByteBuffer.allocateDirect(bytes + 3 * PAGE).alignedSlice(PAGE).slice(offset, bytes);
    }

    static SnapshotDraft draft(int index, PayloadSource payload) {
        return SnapshotDraft.builder()
                .text(text(index))
                .payload(payload)
                .tokenCount(TEXT_BYTES / 4)
                .build();
    }

    static FileSystemKvStore open(Path directory) throws IOException {
        FileSystemKvStore store = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofGibibytes(64))
                .open();
        store.openReport();
        return store;
    }

    /** Saves snapshots 0 to {@code count}, all with the same payload. */
    static void save(Path directory, int count, ByteBuffer payload) throws IOException {
        try (FileSystemKvStore store = open(directory)) {
            for (int i = 0; i < count; i++) {
                store.save(key(i), draft(i, PayloadSource.of(payload)), SaveOptions.DEFAULT);
            }
        }
    }
}
