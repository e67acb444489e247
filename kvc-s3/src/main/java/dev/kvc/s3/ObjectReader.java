package dev.kvc.s3;

import dev.kvc.format.ReaderAt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One object, read by ranges; several threads may do so at once. Once it has been replaced or deleted there is nothing
 * more to be read of it, unless the bucket keeps versions.
 */
final class ObjectReader implements ReaderAt {
    private static final int ATTEMPTS = 3;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Bucket bucket;
    private final String name;
    private final ObjectHead head;
    private final ByteBuffer beginning;
    private final ByteBuffer ending;

    private ObjectReader(Bucket bucket, String name, ObjectHead head, ByteBuffer beginning, ByteBuffer ending) {
        this.bucket = bucket;
        this.name = name;
        this.head = head;
        this.beginning = beginning;
        this.ending = ending;
    }

    /**
     * Opens an object by reading its beginning, in one request.
     *
     * @param beginning as much of it as this has room for, 1 byte or more: where it is kept
     * @throws ServiceException {@link ServiceException#isNotFound} if there is none
     */
    static ObjectReader open(Bucket bucket, String name, ByteBuffer beginning) throws IOException {
        int room = beginning.limit();
        for (int attempt = 1; ; attempt++) {
            try {
                ObjectHead head = bucket.read(name, null, 0, beginning.clear().limit(room));
                return new ObjectReader(bucket, name, head, beginning.flip(), NOTHING);
            } catch (ServiceException e) {
                if (!e.isOutOfRange() || attempt == ATTEMPTS) {
                    throw e;
                }
                ObjectHead head = bucket.head(name).orElseThrow(() -> e);
                if (head.bytes() == 0) { // it has no range to be read
                    return new ObjectReader(bucket, name, head, beginning.limit(0), NOTHING);
                }
            }
        }
    }

    /**
     * Opens an object by reading its beginning and its end, in two requests at once.
     *
     * @param firstBytes how much of its beginning, 1 or more
     * @param lastBytes how much of its end, 1 or more
     * @param bytes how long it should be
     * @throws ServiceException as {@link #open(Bucket, String, ByteBuffer)} does
     */
    static ObjectReader open(Bucket bucket, String name, int firstBytes, int lastBytes, long bytes, Executor threads)
            throws IOException {
        CompletableFuture<Optional<Ending>> asked = CompletableFuture.supplyAsync(
                        () -> Ending.read(bucket, name, bytes - lastBytes, lastBytes), threads)
                .handle((ending, failure) -> Optional.ofNullable(ending)); // who needs it finds out what is wrong
        ObjectReader object = open(bucket, name, ByteBuffer.allocate(firstBytes));
        return asked.join()
                .filter(ending -> ending.head().isSame(object.head))
                .map(ending -> new ObjectReader(bucket, name, object.head, object.beginning, ending.bytes()))
                .orElse(object);
    }

    /** The end of whichever object there was. */
    private record Ending(ObjectHead head, ByteBuffer bytes) {
        static Ending read(Bucket bucket, String name, long position, int count) {
            ByteBuffer bytes = ByteBuffer.allocate(count);
            try {
                return new Ending(bucket.read(name, null, position, bytes), bytes.flip());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    ObjectHead head() {
        return head;
    }

    /** The memory that its beginning is kept in. */
    ByteBuffer beginning() {
        return beginning;
    }

    /** All of it, where its beginning is kept, if that was all; {@code null} otherwise. */
    @Nullable
    ByteBuffer whole() {
        return beginning.limit() == head.bytes() ? beginning : null;
    }

    @Override
    public long size() {
        return head.bytes();
    }

    @Override
    public int read(ByteBuffer dst, long position) throws IOException {
        if (position < 0) {
            throw new IllegalArgumentException("position is " + position + "; it must not be negative");
        } else if (position >= head.bytes()) {
            return -1;
        }
        int count = (int) Math.min(dst.remaining(), head.bytes() - position);
        if (count == 0) {
            return 0;
        } else if (position < beginning.limit()) {
            return readKnown(dst, beginning, (int) position, count);
        } else if (position >= head.bytes() - ending.limit()) {
            return readKnown(dst, ending, (int) (position - head.bytes() + ending.limit()), count);
        }
        ByteBuffer part = dst.slice(dst.position(), count);
        bucket.read(name, head, position, part);
        dst.position(dst.position() + part.position());
        return part.position();
    }

    private static int readKnown(ByteBuffer dst, ByteBuffer known, int position, int count) {
        int step = Math.min(count, known.limit() - position);
        dst.put(known.slice(position, step));
        return step;
    }
}
