package dev.kvc.s3;

import dev.kvc.format.ReaderAt;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One object, read by ranges; several threads may do so at once. Once it has been replaced or deleted there is nothing
 * more to be read of it, unless the bucket keeps versions.
 */
final class ObjectReader implements ReaderAt {
    private static final int ATTEMPTS = 3;

    private final Bucket bucket;
    private final String name;
    private final ObjectHead head;
    private final ByteBuffer beginning;

    private ObjectReader(Bucket bucket, String name, ObjectHead head, ByteBuffer beginning) {
        this.bucket = bucket;
        this.name = name;
        this.head = head;
        this.beginning = beginning;
    }

    /**
     * Opens an object by reading its beginning, in one request.
     *
     * @param firstBytes how much of it, 1 or more
     * @throws ServiceException {@link ServiceException#isNotFound} if there is none
     */
    static ObjectReader open(Bucket bucket, String name, int firstBytes) throws IOException {
        ByteBuffer beginning = ByteBuffer.allocate(firstBytes);
        for (int attempt = 1; ; attempt++) {
            try {
                ObjectHead head = bucket.read(name, null, 0, beginning.clear());
                return new ObjectReader(bucket, name, head, beginning.flip());
            } catch (ServiceException e) {
                if (!e.isOutOfRange() || attempt == ATTEMPTS) {
                    throw e;
                }
                ObjectHead head = bucket.head(name).orElseThrow(() -> e);
                if (head.bytes() == 0) { // it has no range to be read
                    return new ObjectReader(bucket, name, head, beginning.limit(0));
                }
            }
        }
    }

    ObjectHead head() {
        return head;
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
            return readBeginning(dst, (int) position, count);
        }
        ByteBuffer part = dst.slice(dst.position(), count);
        bucket.read(name, head, position, part);
        dst.position(dst.position() + part.position());
        return part.position();
    }

    private int readBeginning(ByteBuffer dst, int position, int count) {
        int known = Math.min(count, beginning.limit() - position);
        dst.put(beginning.slice(position, known));
        return known;
    }
}
