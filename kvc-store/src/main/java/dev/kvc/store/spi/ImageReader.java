package dev.kvc.store.spi;

import dev.kvc.format.IntegrityFooter;
import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcFormatException;
import dev.kvc.format.Layout;
import dev.kvc.format.PayloadChecksums;
import dev.kvc.format.ReaderAt;
import dev.kvc.format.Tail;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.internal.BlockBuffers;
import dev.kvc.store.internal.BlockVerifier;
import dev.kvc.store.internal.BlockWorkers;
import dev.kvc.store.internal.FileEnds;
import dev.kvc.store.internal.HeldPayload;
import dev.kvc.store.internal.LeakReports;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads exact KVC files that lie somewhere else, and gives what a load returns: verified as asked, in large reads of
 * which several are under way at once.
 *
 * <p>A file that is no longer than one read fetches is read once, and kept while its snapshot is open. Of a larger one,
 * the payload is read into the caller's buffer where the caller's buffer has room for whole blocks, and streamed
 * through buffers that are used again. It is held in memory, in pieces, in two cases: where it is
 * {@linkplain dev.kvc.store.Payload#map mapped}, and where it is to be verified before the load returns and has no more
 * bytes than may be held. A larger one is then read twice: once to be verified, and, block by block verified again,
 * when it is wanted.
 *
 * <p>What is held lies in direct memory that is used again, as much as may be held; and in fresh memory of the heap
 * where all of that is lent, or there is none. It is lent until the snapshot, and each mapping of it, has been closed,
 * and no read of it is under way.
 *
 * <p>Safe from any thread; one for each store.
 */
public final class ImageReader implements Closeable {
    private static final int HEAD_BYTES = 64 << 10;
    private static final int MAX_AHEAD = 4;
    private static final long DEFAULT_HELD_BYTES = 256L << 20;
    private static final int HEAP_SHARE = 8;

    private final int maxTextBytes;
    private final long heldBytes;
    private final int unitBytes;
    private final int ahead;
    private final BlockWorkers workers;
    private final BufferPool buffers;
    private final BufferPool held;
    private final LeakReports leaks = LeakReports.ofSystemProperty();

    /**
     * A reader.
     *
     * @param unitBytes what one read fetches at most: a multiple of 1 MiB, at most 1 GiB
     * @param threads how many reads of one load are under way at once, 1 to 64
     * @param maxTextBytes the longest text that is taken
     * @param heldBytes the largest payload that is held in memory to be verified on load, and how much memory is kept
     *     to be used again for that, rounded up to whole units; 0 for none
     * @throws IllegalArgumentException if one of them is out of its range
     */
    public ImageReader(int unitBytes, int threads, int maxTextBytes, long heldBytes) {
        require(unitBytes > 0 && unitBytes <= 1 << 30 && unitBytes % BlockBuffers.BYTES == 0, "unitBytes", unitBytes);
        require(threads > 0 && threads <= BlockWorkers.MAX_THREADS, "threads", threads);
        require(maxTextBytes >= 0, "maxTextBytes", maxTextBytes);
        require(heldBytes >= 0, "heldBytes", heldBytes);
        this.maxTextBytes = maxTextBytes;
        this.heldBytes = heldBytes;
        this.unitBytes = unitBytes;
        this.ahead = Math.min(threads, MAX_AHEAD);
        this.workers = new BlockWorkers(threads, 1);
        this.buffers = new BufferPool(unitBytes, 2 * ahead);
        this.held =
                new BufferPool(unitBytes, (int) Math.min(Integer.MAX_VALUE, UnitMemory.units(heldBytes, unitBytes)));
    }

    /** The largest payload that a store holds unless it is told otherwise: 256 MiB, or an eighth of a smaller heap. */
    public static long defaultHeldBytes() {
        return Math.min(DEFAULT_HELD_BYTES, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    }

    private static void require(boolean holds, String name, long value) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is " + value + ", which is out of its range");
        }
    }

    /**
     * Opens a file: header, text and what stands behind the payload, all of them verified unless {@code verify} is
     * NEVER. The payload is left alone.
     *
     * @param file may be read by several threads at once; once a read has returned or thrown, it writes no more to its
     *     buffer, which may be somebody else's then; it is the caller's to close
     * @param source what the file is called, for messages
     * @throws KvcFormatException if it breaks a rule of the format, with its kind
     * @throws IOException if it cannot be read
     */
    public StoredImage open(ReaderAt file, Verify verify, String source) throws IOException {
        long size = file.size();
        ByteBuffer head = ByteBuffer.allocate((int) Math.min(size, size <= unitBytes ? unitBytes : HEAD_BYTES));
        file.readFully(head, 0, "the header", source);
        head.flip();
        return head.limit() == size
                ? openWhole(head, false, verify, source)
                : open(file, size, head, null, false, verify, source);
    }

    /**
     * Opens a file that is in memory already, where it stays, also where it is mapped: no byte of the payload is
     * copied, held or kept.
     *
     * @param file its remaining bytes: lent, and not to be written to, until the snapshot's
     *     {@linkplain StoredImage.Origin#release origin is released}, or if there will be no snapshot
     * @throws KvcFormatException as {@link #open(ReaderAt, Verify, String)} does
     */
    public StoredImage open(ByteBuffer file, Verify verify, String source) throws IOException {
        return openWhole(file, true, verify, source);
    }

    private StoredImage openWhole(ByteBuffer file, boolean isLent, Verify verify, String source) throws IOException {
        ByteBuffer whole = file.slice();
        return open(ReaderAt.of(whole), whole.limit(), whole, whole, isLent, verify, source);
    }

    private StoredImage open(
            ReaderAt file,
            long size,
            ByteBuffer head,
            @Nullable ByteBuffer whole,
            boolean isLent,
            Verify verify,
            String source)
            throws IOException {
        Layout layout = KvcCodec.decodeLayout(head, size, maxTextBytes, source);
        ByteBuffer text = FileEnds.text(file, layout, head, source);
        Tail tail = FileEnds.tail(file, layout, verify, source);
        if (tail.footer().isPresent() && verify != Verify.NEVER) {
            tail.footer().get().verifyText(text, source); // before it is taken for another prompt's
        }
        @Nullable HeldPayload memory = whole == null ? null : payloadOf(whole, layout, tail, verify);
        return new StoredImage(this, file, memory, isLent, layout, text.asReadOnlyBuffer(), tail, source);
    }

    /** The payload of a file in memory, with its checksums, unless nobody verifies it. */
    private static HeldPayload payloadOf(ByteBuffer file, Layout layout, Tail tail, Verify verify) {
        Optional<PayloadChecksums> checksums =
                tail.footer().filter(footer -> verify != Verify.NEVER).map(footer -> footer.payload(layout));
        return HeldPayload.of(
                file.slice((int) layout.payloadOffset(), (int) layout.header().payloadBytes()), checksums);
    }

    BlockVerifier verifier(ReaderAt file, Layout layout, IntegrityFooter footer, String source) {
        return new BlockVerifier(file, layout, footer, workers, unitBytes / BlockBuffers.BYTES, source);
    }

    boolean mayHold(long payloadBytes) {
        return payloadBytes <= heldBytes;
    }

    BlockWorkers workers() {
        return workers;
    }

    BufferPool buffers() {
        return buffers;
    }

    /** Memory for payloads that are held. */
    BufferPool held() {
        return held;
    }

    int unitBytes() {
        return unitBytes;
    }

    /** How many units a stream fetches before they are wanted. */
    int ahead() {
        return ahead;
    }

    LeakReports leaks() {
        return leaks;
    }

    /** Lets go of its threads; what is open can be read on, by the threads of those who read. */
    @Override
    public void close() {
        workers.close();
    }
}
