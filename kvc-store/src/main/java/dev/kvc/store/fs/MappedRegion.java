package dev.kvc.store.fs;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import org.jspecify.annotations.Nullable;

/**
 * A mapped part of a file, whose memory is given back at once.
 *
 * <p>From Java 22 on it belongs to an arena ({@code java.lang.foreign}), found by its name, since what is compiled for
 * 17 cannot name it: who touches it after it was closed gets an exception. Before, and for channels that know no arena,
 * {@link Unmapper} gives it back, and who touches it then may end the process.
 *
 * @param buffer the bytes, read-only
 * @param memory closed to give them back
 */
record MappedRegion(ByteBuffer buffer, AutoCloseable memory) {
    /** The first version in which arenas are no preview. */
    private static final int ARENAS_SINCE = 22;

    private static final @Nullable Arenas ARENAS = Runtime.version().feature() < ARENAS_SINCE ? null : Arenas.find();

    /**
     * How to make an arena, and to map into one.
     *
     * @param open {@code () -> AutoCloseable}
     * @param map {@code (FileChannel, MapMode, long, long, AutoCloseable) -> ByteBuffer}
     */
    private record Arenas(MethodHandle open, MethodHandle map) {
        static Arenas find() {
            try {
                MethodHandles.Lookup lookup = MethodHandles.publicLookup();
                Class<?> arena = Class.forName("java.lang.foreign.Arena");
                Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
                MethodHandle map = lookup.findVirtual(
                        FileChannel.class,
                        "map",
                        MethodType.methodType(segment, MapMode.class, long.class, long.class, arena));
                MethodHandle toBuffer =
                        lookup.findVirtual(segment, "asByteBuffer", MethodType.methodType(ByteBuffer.class));
                return new Arenas(
                        lookup.findStatic(arena, "ofShared", MethodType.methodType(arena))
                                .asType(MethodType.methodType(AutoCloseable.class)),
                        MethodHandles.filterReturnValue(map, toBuffer)
                                .asType(MethodType.methodType(
                                        ByteBuffer.class,
                                        FileChannel.class,
                                        MapMode.class,
                                        long.class,
                                        long.class,
                                        AutoCloseable.class)));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("Java " + Runtime.version() + " has arenas", e);
            }
        }

        MappedRegion map(FileChannel channel, long offset, long bytes) throws IOException {
            AutoCloseable arena = null;
            boolean isMapped = false;
            try {
                arena = (AutoCloseable) open.invokeExact();
                ByteBuffer buffer = (ByteBuffer) map.invokeExact(channel, MapMode.READ_ONLY, offset, bytes, arena);
                isMapped = true;
                return new MappedRegion(buffer, arena);
            } catch (IOException | RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("a part of a file could not be mapped", e);
            } finally {
                if (arena != null && !isMapped) {
                    close(arena);
                }
            }
        }
    }

    /**
     * Maps a part of a file.
     *
     * @param bytes at most 2^31 - 1
     */
    static MappedRegion map(FileChannel channel, long offset, long bytes) throws IOException {
        if (ARENAS != null) {
            try {
                return ARENAS.map(channel, offset, bytes);
            } catch (UnsupportedOperationException e) {
                // A channel of another file system, which does not know of arenas.
            }
        }
        MappedByteBuffer buffer = channel.map(MapMode.READ_ONLY, offset, bytes);
        return new MappedRegion(buffer, () -> Unmapper.unmap(buffer));
    }

    /**
     * Gives the memory back.
     *
     * @throws IllegalStateException if it is being read or written from just now, by a channel
     */
    void unmap() {
        close(memory);
    }

    private static void close(AutoCloseable memory) {
        try {
            memory.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("a mapping could not be closed", e);
        }
    }
}
