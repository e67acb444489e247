package dev.kvc.examples.llama;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Passes on what llama.cpp logs: errors as warnings, and the rest for those who look for it. */
final class LlamaLog {
    private static final System.Logger LOG = System.getLogger("dev.kvc.examples.llama");

    private LlamaLog() {}

    /**
     * {@code void (*)(enum ggml_log_level level, const char * text, void * user_data)}, as long as the process lives.
     */
    @SuppressWarnings("restricted")
    static MemorySegment callback() {
        try {
            MethodHandle write = MethodHandles.lookup()
                    .findStatic(
                            LlamaLog.class,
                            "write",
                            MethodType.methodType(void.class, int.class, MemorySegment.class, MemorySegment.class));
            return Linker.nativeLinker()
                    .upcallStub(write, FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS, ADDRESS), Arena.global());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("a method of this class cannot be found", e);
        }
    }

    /** Nothing may be thrown into C: it would end the process. */
    @SuppressWarnings({"restricted", "UnusedMethod"}) // C calls it
    private static void write(int level, MemorySegment text, MemorySegment unused) {
        Level wanted = level(level);
        if (LOG.isLoggable(wanted)) {
            LOG.log(wanted, text.reinterpret(Long.MAX_VALUE).getString(0).stripTrailing());
        }
    }

    /**
     * Of {@code enum ggml_log_level}: its warnings are about taste, such as a context that is not a model's largest.
     */
    private static Level level(int level) {
        return switch (level) {
            case 2, 3 -> Level.DEBUG;
            case 4 -> Level.WARNING;
            default -> Level.TRACE;
        };
    }
}
