package dev.kvc.redis;

/**
 * How a file is cut into parts: one part if it is that small, else parts that begin where the payload does, so that the
 * units in which a payload is read are whole parts, which Redis gives without a copy of its own.
 *
 * @param fileBytes length of the file
 * @param payloadOffset where the payload begins
 * @param partBytes the longest part
 */
record PartLayout(long fileBytes, long payloadOffset, int partBytes) {
    /** Where the first of the parts begins that are cut at multiples of their length. */
    private long origin() {
        return fileBytes <= partBytes ? 0 : payloadOffset;
    }

    /** How many parts lie in front of that. */
    private long before() {
        return ceilDiv(origin(), partBytes);
    }

    /** How many parts there are. */
    int count() {
        return Math.toIntExact(before() + ceilDiv(fileBytes - origin(), partBytes));
    }

    /** The part in which the byte at this offset lies. */
    int indexOf(long offset) {
        return (int) (offset < origin() ? offset / partBytes : before() + (offset - origin()) / partBytes);
    }

    /** Where a part begins. */
    long start(int index) {
        return index < before() ? (long) index * partBytes : origin() + (index - before()) * partBytes;
    }

    /** Where the part ends that begins at {@code start}. */
    long end(long start) {
        long end = start < origin() ? Math.min(origin(), start + partBytes) : start + partBytes;
        return Math.min(end, fileBytes);
    }

    private static long ceilDiv(long bytes, int by) {
        return bytes / by + (bytes % by == 0 ? 0 : 1);
    }
}
