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

    private Served() {}

    static KvStore open(int port, String parameters) throws IOException {
        return KvStores.open("redis://127.0.0.1:" + port + "/0" + parameters);
    }

    /** The name of a snapshot's manifest where no prefix was given. */
    static String manifest(SnapshotId id) {
        return new String(new Keys("kvc").manifest(id), StandardCharsets.UTF_8);
    }

    /** The byte at a position. Its period is no multiple of any block. */
    private static byte at(long position, int seed) {
        return (byte) (position % 1009 + seed * 31L + position / MIB);
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
                for (int i = 0; i < piece.limit(); i++) {
                    piece.put(i, Served.at(at + i, seed));
                }
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
                byte found = src.get();
                if (found != at(position, seed)) {
                    throw new AssertionError("byte " + position + " is " + found);
                }
                position++;
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
