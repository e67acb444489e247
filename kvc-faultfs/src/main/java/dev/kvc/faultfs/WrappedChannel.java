package dev.kvc.faultfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A real channel, asked after the {@link World} was. A gathering write counts as a write, and a scattering read as a
 * read, for each of its buffers.
 */
final class WrappedChannel extends FileChannel {
    private static final int TRANSFER_BYTES = 64 << 10;
    private static final long OWN_POSITION = -1;

    private final World world;
    private final Path path;
    private final Unflushed.@Nullable Node node;
    private final FileChannel real;
    private final boolean appends;

    WrappedChannel(World world, Path path, Unflushed.@Nullable Node node, FileChannel real, boolean appends) {
        this.world = world;
        this.path = path;
        this.node = node;
        this.real = real;
        this.appends = appends;
        world.opened(this, path);
    }

    /** Does something with the real channel; when that has been closed by an interrupt, so is this one. */
    private <T extends @Nullable Object> T with(World.Action<T> action) throws IOException {
        try {
            return action.run();
        } finally {
            if (!real.isOpen()) {
                close();
            }
        }
    }

    private void change(Operation operation, World.Step step) throws IOException {
        try {
            world.change(operation, path, step);
        } finally {
            if (!real.isOpen()) {
                close();
            }
        }
    }

    private <T extends @Nullable Object> T reading(World.Action<T> action) throws IOException {
        return with(() -> world.read(Operation.READ, path, action));
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        return reading(() -> real.read(dst));
    }

    @Override
    public int read(ByteBuffer dst, long position) throws IOException {
        return reading(() -> real.read(dst, position));
    }

    @Override
    public long read(ByteBuffer[] dsts, int offset, int length) throws IOException {
        long total = 0;
        for (int i = offset; i < offset + length; i++) {
            if (dsts[i].hasRemaining()) {
                int count = read(dsts[i]);
                if (count < 0) {
                    return total == 0 ? -1 : total;
                }
                total += count;
                if (dsts[i].hasRemaining()) {
                    break;
                }
            }
        }
        return total;
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        return writeAt(src, OWN_POSITION);
    }

    @Override
    public int write(ByteBuffer src, long position) throws IOException {
        if (position < 0) {
            throw new IllegalArgumentException("position is " + position + "; it must not be negative");
        }
        return writeAt(src, position);
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
        long total = 0;
        for (int i = offset; i < offset + length; i++) {
            if (srcs[i].hasRemaining()) {
                total += write(srcs[i]);
                if (srcs[i].hasRemaining()) {
                    break;
                }
            }
        }
        return total;
    }

    private int writeAt(ByteBuffer src, long position) throws IOException {
        return with(() -> {
            Fault partial = world.before(Operation.WRITE, path);
            int wanted = partial == null ? src.remaining() : partial.part(src.remaining());
            int count = world.locked(Operation.WRITE, path, () -> writeUpTo(wanted, src, position));
            if (partial != null) {
                partial.afterPart(path);
            }
            return count;
        });
    }

    private int writeUpTo(int wanted, ByteBuffer src, long position) throws IOException {
        int allowed = allowed(wanted, position);
        rememberBytes();
        int limit = src.limit();
        src.limit(src.position() + allowed);
        try {
            return position == OWN_POSITION ? real.write(src) : real.write(src, position);
        } finally {
            src.limit(limit);
        }
    }

    /** As much of a write as there is room for. */
    private int allowed(int wanted, long position) throws IOException {
        if (wanted == 0 || !world.isLimited()) {
            return wanted;
        }
        long size = real.size();
        long start = appends ? size : position == OWN_POSITION ? real.position() : position;
        long growth = Math.max(0, start + wanted - size);
        long free = world.freeSpace();
        if (growth <= free) {
            return wanted;
        } else if (growth - free >= wanted) {
            throw World.noSpace(path);
        }
        return (int) (wanted - (growth - free));
    }

    private void rememberBytes() throws IOException {
        Unflushed unflushed = world.unflushed();
        if (unflushed != null && node != null) {
            unflushed.changing(node);
        }
    }

    @Override
    public long position() throws IOException {
        return with(real::position);
    }

    @Override
    public FileChannel position(long newPosition) throws IOException {
        with(() -> real.position(newPosition));
        return this;
    }

    @Override
    public long size() throws IOException {
        return with(() -> world.read(Operation.READ_ATTRIBUTES, path, real::size));
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        change(Operation.TRUNCATE, () -> {
            rememberBytes();
            real.truncate(size);
        });
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        change(Operation.FORCE, () -> {
            Unflushed unflushed = world.unflushed();
            if (unflushed == null) {
                real.force(metaData);
            } else if (node == null) {
                unflushed.namesFlushed(path);
            } else {
                unflushed.flushed(node);
            }
        });
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
        return reading(() -> real.transferTo(position, count, target));
    }

    @Override
    public long transferFrom(ReadableByteChannel src, long position, long count) throws IOException {
        if (position < 0 || count < 0) {
            throw new IllegalArgumentException("position " + position + " or count " + count + " is negative");
        } else if (position > size()) {
            return 0;
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, TRANSFER_BYTES));
        src.read(buffer);
        buffer.flip();
        while (buffer.hasRemaining()) {
            writeAt(buffer, position + buffer.position());
        }
        return buffer.limit();
    }

    /** A map for writing would reach the disk behind our back. */
    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
        if (mode.equals(MapMode.READ_WRITE)) {
            throw new UnsupportedOperationException("a faulty file cannot be mapped for writing");
        }
        return reading(() -> real.map(mode, position, size));
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
        world.before(Operation.LOCK, path);
        return new WrappedLock(this, with(() -> real.lock(position, size, shared)));
    }

    @Override
    public @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
        world.before(Operation.LOCK, path);
        FileLock lock = with(() -> real.tryLock(position, size, shared));
        return lock == null ? null : new WrappedLock(this, lock);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        world.closed(this);
        real.close();
    }

    /** A real lock that says it belongs to our channel. */
    private static final class WrappedLock extends FileLock {
        private final FileLock real;

        WrappedLock(FileChannel channel, FileLock real) {
            super(channel, real.position(), real.size(), real.isShared());
            this.real = real;
        }

        @Override
        public boolean isValid() {
            return real.isValid();
        }

        @Override
        public void release() throws IOException {
            real.release();
        }
    }
}
