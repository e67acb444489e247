package dev.kvc.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;

/** Snapshots whose payload tells each of its bytes, so that none needs to be kept to be compared. */
final class Served {
    static final int MIB = 1 << 20;
    private static final int PIECE = MIB;
    private static final int PERIOD = 1009;
    private static final byte[] PATTERN = pattern();

    private Served() {}

    static KvStore open(int port, String parameters) throws IOException {
        return KvStores.open("redis://127.0.0.1:" + port + "/0" + parameters);
    }

    /** The name of a snapshot's manifest where no prefix was given. */
    static String manifest(SnapshotId id) {
        return new String(new Keys("kvc").manifest(id), StandardCharsets.UTF_8);
    }

    /** The name of a small snapshot's file. */
    static String file(SnapshotId id) {
        return new String(new Keys("kvc").file(id), StandardCharsets.UTF_8);
    }

    /** The bytes from a position. Their period is no multiple of any block, and each MiB is another. */
    private static byte[] bytes(long position, int count, int seed) {
        byte[] bytes = new byte[count];
        int at = 0;
        while (at < count) {
            long here = position + at;
            int ofThisMib = (int) Math.min(count - at, MIB - here % MIB);
            int from = (int) (here % PERIOD);
            long more = seed * 31L + here / MIB;
            for (int i = 0; i < ofThisMib; i++) {
                bytes[at + i] = (byte) (PATTERN[from + i] + more);
            }
            at += ofThisMib;
        }
        return bytes;
    }

    private static byte[] pattern() {
        byte[] pattern = new byte[MIB + PERIOD];
        for (int i = 0; i < pattern.length; i++) {
            pattern[i] = (byte) (i % PERIOD);
        }
        return pattern;
    }

    static SnapshotDraft draft(String text, long size, int seed) {
        return SnapshotDraft.builder()
                .text(text)
                .payload(new Source(size, seed))
                .tokenCount(text.length())
                .build();
    }

    private record Source(long size, int seed) implements PayloadSource {
        @Override
        public void writeTo(WritableByteChannel out) throws IOException {
            ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
            for (long at = 0; at < size; at += piece.limit()) {
                piece.clear().limit((int) Math.min(PIECE, size - at));
                piece.put(Served.bytes(at, piece.remaining(), seed)).flip();
                while (piece.hasRemaining()) {
                    out.write(piece);
                }
            }
        }

        @Override
        public boolean isRepeatable() {
            return true;
        }
    }

    static void assertIs(Snapshot snapshot, long size, int seed) throws IOException {
        assertThat(snapshot.payload().size()).isEqualTo(size);
        snapshot.payload().writeTo(new Comparing(seed));
    }

    private static final class Comparing implements WritableByteChannel {
        private final int seed;
        private long position;

        Comparing(int seed) {
            this.seed = seed;
        }

        @Override
        public int write(ByteBuffer src) {
            int count = src.remaining();
            while (src.hasRemaining()) {
                byte[] due = bytes(position, Math.min(PIECE, src.remaining()), seed);
                int mismatch = src.slice(src.position(), due.length).mismatch(ByteBuffer.wrap(due));
                if (mismatch >= 0) {
                    throw new AssertionError(
                            "byte " + (position + mismatch) + " is " + src.get(src.position() + mismatch));
                }
                src.position(src.position() + due.length);
                position += due.length;
            }
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    static void assertServed(KvStore store, String text, long size, int seed) throws IOException {
        try (Snapshot snapshot =
                store.load(KvcKey.of(text), LoadOptions.DEFAULT.withoutHit()).orElseThrow()) {
            assertIs(snapshot, size, seed);
        }
    }

    static boolean has(KvStore store, String text) throws IOException {
        return store.load(KvcKey.of(text), LoadOptions.DEFAULT.withoutHit())
                .map(snapshot -> {
                    try {
                        snapshot.close();
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                    return true;
                })
                .orElse(false);
    }
}
