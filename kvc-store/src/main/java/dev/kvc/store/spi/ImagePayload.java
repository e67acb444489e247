package dev.kvc.store.spi;

import dev.kvc.format.KvcCodec;
import dev.kvc.format.PayloadChecksums;
import dev.kvc.format.ReaderAt;
import dev.kvc.store.Mapping;
import dev.kvc.store.Payload;
import dev.kvc.store.internal.BlockBuffers;
import dev.kvc.store.internal.BlockVerifier;
import dev.kvc.store.internal.HeldPayload;
import dev.kvc.store.internal.Loan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The payload's part of a file that is somewhere else, or in memory already. Nothing is read of it but as a use of the
 * {@link Loan}.
 */
final class ImagePayload implements Payload {
    private final ImageReader owner;
    private final Loan loan;
    private final ReaderAt bytes;
    private final long start;
    private final long size;
    private final @Nullable BlockVerifier verifier;
    private final @Nullable HeldPayload memory;
    private final String source;

    /**
     * A payload that has not been read.
     *
     * @param bytes what it is a part of, guarded by {@code loan}
     * @param start where it begins there
     * @param verifier verifies what is read; {@code null} if it cannot or shall not be
     * @param memory the payload, if it is in memory
     */
    ImagePayload(
            ImageReader owner,
            Loan loan,
            ReaderAt bytes,
            long start,
            long size,
            @Nullable BlockVerifier verifier,
            @Nullable HeldPayload memory,
            String source) {
        this.owner = owner;
        this.loan = loan;
        this.bytes = bytes;
        this.start = start;
        this.size = size;
        this.verifier = verifier;
        this.memory = memory;
        this.source = source;
    }

    /** A payload that is in memory, right as it is. */
    static ImagePayload of(HeldPayload memory, ImageReader owner, Loan loan, String source) {
        return new ImagePayload(owner, loan, loan.guard(memory), 0, memory.size(), null, memory, source);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public Optional<PayloadChecksums> checksums() {
        if (verifier != null) {
            return Optional.of(verifier.checksums());
        }
        return memory == null ? Optional.empty() : memory.checksums();
    }

    @Override
    public int read(ByteBuffer dst, long position) throws IOException {
        requireNotNegative(position);
        requireOpen();
        if (position >= size) {
            return -1;
        }
        int count = (int) Math.min(dst.remaining(), size - position);
        int whole = position % BlockBuffers.BYTES == 0 ? BlockBuffers.ofWholeBlocks(position, count, size) : 0;
        if (whole > 0 && !dst.isReadOnly()) {
            fetch(dst, position, whole);
            return whole;
        }
        return verifier != null ? verifier.read(dst, position, count) : readRaw(dst, position, count);
    }

    private int readRaw(ByteBuffer dst, long position, int count) throws IOException {
        ByteBuffer part = dst.slice(dst.position(), count);
        bytes.readFully(part, start + position, "the payload", source);
        dst.position(dst.position() + count);
        return count;
    }

    /**
     * Fetches whole blocks, several units at once.
     *
     * @param position where a block begins
     * @param count all of which {@code dst} has room for and the payload has
     */
    void fetch(ByteBuffer dst, long position, int count) throws IOException {
        if (verifier != null) {
            verifier.readInPlace(dst, position, count);
            return;
        }
        ByteBuffer all = dst.slice(dst.position(), count);
        int unit = owner.unitBytes();
        owner.workers().forEach((int) UnitMemory.units(count, unit), i -> {
            int from = i * unit;
            ByteBuffer part = all.slice(from, Math.min(unit, count - from));
            bytes.readFully(part, start + position + from, "the payload", source);
        });
        dst.position(dst.position() + count);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
        requireNotNegative(position);
        requireOpen();
        if (position >= size || count <= 0) {
            return 0;
        }
        long end = Math.min(size - position, count) + position;
        if (memory != null) {
            transfer(memory, position, end, target);
            return end - position;
        }
        try (UnitStream units = new UnitStream(owner, this, position, end)) {
            for (ByteBuffer unit = units.next(); unit != null; unit = units.next()) {
                requireOpen();
                KvcCodec.writeFully(unit, target);
            }
        }
        return end - position;
    }

    /** Writes what lies in memory from there, each block while it is in the processor's cache. */
    private void transfer(HeldPayload from, long position, long end, WritableByteChannel target) throws IOException {
        loan.enter();
        try {
            long at = position;
            while (at < end) {
                int index = (int) (at / BlockBuffers.BYTES);
                if (verifier != null) {
                    verifier.verify(index, from::slice);
                }
                at += from.transferTo(at, Math.min(end, (index + 1L) * BlockBuffers.BYTES) - at, target);
            }
        } finally {
            loan.leave();
        }
    }

    /** Reads all of it, so that what is damaged is found. */
    void verifyAll() throws IOException {
        try (UnitStream units = new UnitStream(owner, this, 0, size)) {
            while (units.next() != null) {
                requireOpen();
            }
        }
    }

    /** Verifies all of it where it lies in memory, if it is to be verified. */
    void verify(HeldPayload inMemory) throws IOException {
        if (verifier != null) {
            verifier.verify(inMemory::slice);
        }
    }

    /** Fetches all of it, unit by unit, into memory that is the caller's to give back. */
    UnitMemory fetchAll() throws IOException {
        UnitMemory fetched = UnitMemory.of(size, owner.held());
        boolean done = false;
        try {
            owner.workers().forEach(fetched.units(), i -> {
                ByteBuffer unit = fetched.unit(i);
                fetch(unit, (long) i * owner.unitBytes(), unit.remaining());
            });
            done = true;
            return fetched;
        } finally {
            if (!done) {
                fetched.giveBack(); // nobody is at it any more
            }
        }
    }

    @Override
    public InputStream newInputStream() {
        return memory != null && verifier == null ? Payload.super.newInputStream() : new UnitInput(owner, this);
    }

    @Override
    public Mapping map() throws IOException {
        requireOpen();
        if (memory != null) {
            return mapInPlace(memory);
        }
        UnitMemory fetched = fetchAll();
        return new MemoryMapping(fetched.payload(checksums()).slices(), fetched::giveBack, owner.leaks(), source);
    }

    private Mapping mapInPlace(HeldPayload inMemory) throws IOException {
        loan.enter();
        boolean done = false;
        try {
            verify(inMemory);
            done = true;
            return new MemoryMapping(inMemory.slices(), loan::leave, owner.leaks(), source);
        } finally {
            if (!done) {
                loan.leave();
            }
        }
    }

    private static void requireNotNegative(long position) {
        if (position < 0) {
            throw new IllegalArgumentException("position is " + position + "; it must not be negative");
        }
    }

    void requireOpen() throws ClosedChannelException {
        loan.requireOpen();
    }
}
