package dev.kvc.examples.llama;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * llama.cpp, loaded for the rest of the process: the functions of llama.h that the example calls, a method each, with
 * C's arguments and C's result. {@link LlamaModel} and {@link LlamaContext} own what these give, and check what they
 * return. {@code size_t} is {@code long}, as on every system that there is a library for. Safe from any thread.
 */
public final class Llama {
    /** Tag b4916 of ggml-org/llama.cpp, commit c6af2161. */
    static final int BUILD = 4916;

    private final SymbolLookup library;
    private final MethodHandle modelDefaultParams;
    private final MethodHandle loadModel;
    private final MethodHandle freeModel;
    private final MethodHandle modelVocab;
    private final MethodHandle modelDescription;
    private final MethodHandle modelTrainedContext;
    private final MethodHandle vocabSize;
    private final MethodHandle isEnd;
    private final MethodHandle tokenize;
    private final MethodHandle tokenToPiece;
    private final MethodHandle contextDefaultParams;
    private final MethodHandle newContext;
    private final MethodHandle freeContext;
    private final MethodHandle contextSize;
    private final MethodHandle decode;
    private final MethodHandle logits;
    private final MethodHandle clear;
    private final MethodHandle removeTokens;
    private final MethodHandle lastPosition;
    private final MethodHandle stateSize;
    private final MethodHandle getState;
    private final MethodHandle setState;

    private Llama(SymbolLookup library) {
        this.library = library;
        requireBuild();
        modelDefaultParams = function("llama_model_default_params", Structs.MODEL_PARAMS);
        loadModel = function("llama_model_load_from_file", ADDRESS, ADDRESS, Structs.MODEL_PARAMS);
        freeModel = procedure("llama_model_free", ADDRESS);
        modelVocab = function("llama_model_get_vocab", ADDRESS, ADDRESS);
        modelDescription = function("llama_model_desc", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
        modelTrainedContext = function("llama_model_n_ctx_train", JAVA_INT, ADDRESS);
        vocabSize = function("llama_vocab_n_tokens", JAVA_INT, ADDRESS);
        isEnd = function("llama_vocab_is_eog", JAVA_BOOLEAN, ADDRESS, JAVA_INT);
        tokenize = function(
                "llama_tokenize", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_BOOLEAN, JAVA_BOOLEAN);
        tokenToPiece = function(
                "llama_token_to_piece", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_BOOLEAN);
        contextDefaultParams = function("llama_context_default_params", Structs.CONTEXT_PARAMS);
        newContext = function("llama_init_from_model", ADDRESS, ADDRESS, Structs.CONTEXT_PARAMS);
        freeContext = procedure("llama_free", ADDRESS);
        contextSize = function("llama_n_ctx", JAVA_INT, ADDRESS);
        decode = function("llama_decode", JAVA_INT, ADDRESS, Structs.BATCH);
        logits = function("llama_get_logits_ith", ADDRESS, ADDRESS, JAVA_INT);
        clear = procedure("llama_kv_self_clear", ADDRESS);
        removeTokens = function("llama_kv_self_seq_rm", JAVA_BOOLEAN, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT);
        lastPosition = function("llama_kv_self_seq_pos_max", JAVA_INT, ADDRESS, JAVA_INT);
        stateSize = function("llama_state_seq_get_size", JAVA_LONG, ADDRESS, JAVA_INT);
        getState = function("llama_state_seq_get_data", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
        setState = function("llama_state_seq_set_data", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
        start();
    }

    /**
     * Loads the library that there is for this system.
     *
     * @throws LlamaException if there is none, or it cannot be loaded
     */
    public static Llama load() {
        return new Llama(NativeLibrary.load());
    }

    /** Structures change from build to build: a function that reads another one than it is given would not say so. */
    @SuppressWarnings("restricted")
    private void requireBuild() {
        int build =
                symbol("LLAMA_BUILD_NUMBER").reinterpret(JAVA_INT.byteSize()).get(JAVA_INT, 0);
        if (build != BUILD) {
            throw new LlamaException("the library is llama.cpp b" + build + "; the structures are those of b" + BUILD);
        }
    }

    /** Once a process: where the log goes, and the backends. */
    private void start() {
        try {
            procedure("llama_log_set", ADDRESS, ADDRESS).invokeExact(LlamaLog.callback(), MemorySegment.NULL);
            procedure("llama_backend_init").invokeExact();
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private MemorySegment symbol(String name) {
        return library.find(name).orElseThrow(() -> new LlamaException("the library has no " + name));
    }

    @SuppressWarnings("restricted")
    private MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return Linker.nativeLinker().downcallHandle(symbol(name), FunctionDescriptor.of(result, arguments));
    }

    @SuppressWarnings("restricted")
    private MethodHandle procedure(String name, MemoryLayout... arguments) {
        return Linker.nativeLinker().downcallHandle(symbol(name), FunctionDescriptor.ofVoid(arguments));
    }

    /** Those of llama.cpp, in memory of {@code allocator}. */
    MemorySegment modelDefaultParams(SegmentAllocator allocator) {
        try {
            return (MemorySegment) modelDefaultParams.invokeExact(allocator);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** NULL if the file cannot be loaded. */
    MemorySegment loadModel(MemorySegment path, MemorySegment params) {
        try {
            return (MemorySegment) loadModel.invokeExact(path, params);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    void freeModel(MemorySegment model) {
        try {
            freeModel.invokeExact(model);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** The model's; it goes with it. */
    MemorySegment modelVocab(MemorySegment model) {
        try {
            return (MemorySegment) modelVocab.invokeExact(model);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** The length of the description, which is cut to {@code size} with its zero. */
    int modelDescription(MemorySegment model, MemorySegment text, long size) {
        try {
            return (int) modelDescription.invokeExact(model, text, size);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int modelTrainedContext(MemorySegment model) {
        try {
            return (int) modelTrainedContext.invokeExact(model);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Whether a token ends a text. */
    boolean isEnd(MemorySegment vocab, int token) {
        try {
            return (boolean) isEnd.invokeExact(vocab, token);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int vocabSize(MemorySegment vocab) {
        try {
            return (int) vocabSize.invokeExact(vocab);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** How many tokens; where there is no room for them, the negated number of them. */
    int tokenize(
            MemorySegment vocab,
            MemorySegment text,
            int textBytes,
            MemorySegment tokens,
            int maxTokens,
            boolean addSpecial,
            boolean parseSpecial) {
        try {
            return (int) tokenize.invokeExact(vocab, text, textBytes, tokens, maxTokens, addSpecial, parseSpecial);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** How many bytes; where there is no room for them, the negated number of them. */
    int tokenToPiece(MemorySegment vocab, int token, MemorySegment piece, int size, int leftStrip, boolean special) {
        try {
            return (int) tokenToPiece.invokeExact(vocab, token, piece, size, leftStrip, special);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Those of llama.cpp, in memory of {@code allocator}. */
    MemorySegment contextDefaultParams(SegmentAllocator allocator) {
        try {
            return (MemorySegment) contextDefaultParams.invokeExact(allocator);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** NULL if there is no memory or the parameters do not fit the model. */
    MemorySegment newContext(MemorySegment model, MemorySegment params) {
        try {
            return (MemorySegment) newContext.invokeExact(model, params);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    void freeContext(MemorySegment context) {
        try {
            freeContext.invokeExact(context);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int contextSize(MemorySegment context) {
        try {
            return (int) contextSize.invokeExact(context);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** 0 if all went well, 1 if the context has no room for the batch, else an error. */
    int decode(MemorySegment context, MemorySegment batch) {
        try {
            return (int) decode.invokeExact(context, batch);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Of the last batch; -1 is its last token. NULL if there are none. */
    MemorySegment logits(MemorySegment context, int index) {
        try {
            return (MemorySegment) logits.invokeExact(context, index);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    void clear(MemorySegment context) {
        try {
            clear.invokeExact(context);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Whether it could; {@code to} -1 is the end. */
    boolean removeTokens(MemorySegment context, int sequence, int from, int to) {
        try {
            return (boolean) removeTokens.invokeExact(context, sequence, from, to);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int lastPosition(MemorySegment context, int sequence) {
        try {
            return (int) lastPosition.invokeExact(context, sequence);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    long stateSize(MemorySegment context, int sequence) {
        try {
            return (long) stateSize.invokeExact(context, sequence);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** How many bytes it wrote; 0 on failure. */
    long getState(MemorySegment context, MemorySegment to, long size, int sequence) {
        try {
            return (long) getState.invokeExact(context, to, size, sequence);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** How many bytes it read; 0 on failure. */
    long setState(MemorySegment context, MemorySegment from, long size, int sequence) {
        try {
            return (long) setState.invokeExact(context, from, size, sequence);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static LlamaException unexpected(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return new LlamaException("llama.cpp could not be called", cause);
    }
}
