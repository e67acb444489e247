package dev.kvc.store.internal;

import dev.kvc.format.ReaderAt;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a snapshot has of somebody else, memory or a connection, and who uses it: the snapshot until it is closed, each
 * read that is under way, and each mapping that is open. The last of them to go gives it back, once. Safe from any
 * thread.
 */
public final class Loan implements Closeable {
    private final Closeable giveBack;
    private final AtomicInteger users = new AtomicInteger(1);
    private final AtomicBoolean closed = new AtomicBoolean();

    /** A loan with one user, who {@linkplain #close closes} it. */
    public Loan(Closeable giveBack) {
        this.giveBack = giveBack;
    }

    /** Throws if it has been closed. */
    public void requireOpen() throws ClosedChannelException {
        if (closed.get()) {
            throw new ClosedChannelException();
        }
    }

    /**
     * Begins a use, which {@link #leave} ends.
     *
     * @throws ClosedChannelException if it has been closed; then there is nothing to end
     */
    public void enter() throws ClosedChannelException {
        requireOpen();
        if (users.getAndUpdate(count -> count == 0 ? 0 : count + 1) == 0) {
            throw new ClosedChannelException();
        }
    }

    /** Ends a use. */
    public void leave() throws IOException {
        if (users.decrementAndGet() == 0) {
            giveBack.close();
        }
    }

    /** Lets no use begin any more. A second call does nothing. */
    @Override
    public void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            leave();
        }
    }

    /** The same bytes, of which each read is a use. */
    public ReaderAt guard(ReaderAt bytes) {
        return new Guarded(this, bytes);
    }

    private record Guarded(Loan loan, ReaderAt bytes) implements ReaderAt {
        @Override
        public long size() throws IOException {
            return bytes.size();
        }

        @Override
        public int read(ByteBuffer dst, long position) throws IOException {
            loan.enter();
            try {
                return bytes.read(dst, position);
            } finally {
                loan.leave();
            }
        }
    }
}
