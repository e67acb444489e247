package dev.kvc.store.fs;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Gives the memory of a mapping back at once.
 *
 * <p>Java 17 has no supported way to do it: a mapping lives until its buffer is collected, and a heap that holds
 * nothing but small buffers is collected rarely. {@code Unsafe.invokeCleaner} of the module {@code jdk.unsupported} is
 * what there is, and needed before Java 22 only. Where it is missing, mappings end when they are collected.
 */
final class Unmapper {
    private static final System.Logger LOG = System.getLogger("dev.kvc.store.fs");
    private static final @Nullable MethodHandle INVOKE_CLEANER = find();

    private Unmapper() {}

    static void unmap(MappedByteBuffer buffer) {
        if (INVOKE_CLEANER == null) {
            return;
        }
        try {
            INVOKE_CLEANER.invokeExact((ByteBuffer) buffer);
        } catch (Throwable e) {
            throw new IllegalStateException("a mapping could not be closed", e);
        }
    }

    private static @Nullable MethodHandle find() {
        try {
            Class<?> unsafe = Class.forName("sun.misc.Unsafe");
            Field instance = unsafe.getDeclaredField("theUnsafe");
            instance.setAccessible(true);
            return MethodHandles.lookup()
                    .findVirtual(unsafe, "invokeCleaner", MethodType.methodType(void.class, ByteBuffer.class))
                    .bindTo(instance.get(null));
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(System.Logger.Level.INFO, "mappings are closed by the garbage collector alone", e);
            return null;
        }
    }
}
