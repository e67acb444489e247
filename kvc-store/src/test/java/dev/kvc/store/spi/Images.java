package dev.kvc.store.spi;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.BlockChecksums;
import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.Namespace;
import dev.kvc.format.PayloadChecksums;
import dev.kvc.format.ReaderAt;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Drafts, their files, and a place elsewhere that counts what is asked of it. */
final class Images {
    static final int MIB = 1 << 20;
    static final String TEXT = "You are a helpful assistant.";

    private Images() {}

    static byte[] payload(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    static PayloadChecksums checksums(byte[] payload) {
        BlockChecksums checksums = new BlockChecksums(payload.length);
        checksums.update(ByteBuffer.wrap(payload));
        return checksums.finish();
    }

    static SnapshotDraft.Builder draft(byte[] payload) {
        KvcHeader header = KvcHeader.builder()
                .tokenCount(7)
                .contextSize(4096)
                .modelId(3)
                .payloadAbi(2)
                .createdUnix(100)
                .lastUsedUnix(200)
                .build();
        return SnapshotDraft.builder().header(header).text(TEXT).payload(payload);
    }

    static byte[] file(SnapshotDraft draft) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        FileImage.of(draft, 0).writeTo(Channels.newChannel(bytes));
        return bytes.toByteArray();
    }

    static SnapshotId id() {
        return new SnapshotId(Namespace.DEFAULT, draft(new byte[0]).build().textKey());
    }

    static Snapshot load(ImageReader reader, ReaderAt file, Verify verify, StoredImage.Origin origin)
            throws IOException {
        StoredImage image = reader.open(file, verify, "elsewhere");
        SnapshotInfo info = new SnapshotInfo(id(), image.header(), image.text().remaining(), image.bytes());
        return image.snapshot(info, verify, origin);
    }

    static ImageReader reader(int threads, long held) {
        return new ImageReader(4 * MIB, threads, KvcCodec.DEFAULT_MAX_TEXT_BYTES, held);
    }

    /** A place elsewhere. */
    static class Elsewhere implements ReaderAt {
        final AtomicInteger reads = new AtomicInteger();
        final AtomicLong bytesRead = new AtomicLong();
        private final ReaderAt bytes;

        Elsewhere(byte[] bytes) {
            this.bytes = ReaderAt.of(ByteBuffer.wrap(bytes));
        }

        @Override
        public long size() throws IOException {
            return bytes.size();
        }

        @Override
        public int read(ByteBuffer dst, long position) throws IOException {
            reads.incrementAndGet();
            int count = bytes.read(dst, position);
            bytesRead.addAndGet(Math.max(0, count));
            return count;
        }
    }
}
