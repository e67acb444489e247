package dev.kvc.examples.llama;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** A model that llama.cpp has loaded, and its vocabulary. Safe from any thread. Close it after its contexts. */
@SuppressWarnings("MustBeClosed") // the arena is closed with this
public final class LlamaModel implements AutoCloseable {
    private static final int DESCRIPTION_BYTES = 256;

    private final Llama llama;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment model;
    private final MemorySegment vocabulary;

    /** Freed when the arena is closed, after which nothing is called with it any more. */
    @SuppressWarnings("restricted")
    private LlamaModel(Llama llama, MemorySegment model) {
        this.llama = llama;
        this.model = model.reinterpret(arena, llama::freeModel);
        this.vocabulary = llama.modelVocab(this.model).reinterpret(arena, null);
    }

    /**
     * Loads a GGUF file, whose weights are mapped and computed with by the processor: a graphics card has other last
     * bits.
     *
     * @throws LlamaException if llama.cpp cannot load it
     */
    public static LlamaModel load(Llama llama, Path file) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment params = llama.modelDefaultParams(arena);
            Structs.setInt(Structs.MODEL_PARAMS, params, "n_gpu_layers", 0);
            MemorySegment model = llama.loadModel(arena.allocateFrom(file.toString()), params);
            if (model.equals(MemorySegment.NULL)) {
                throw new LlamaException("llama.cpp cannot load " + file);
            }
            return new LlamaModel(llama, model);
        }
    }

    /** Architecture, size and type of the weights, in llama.cpp's words. */
    public String description() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(DESCRIPTION_BYTES);
            llama.modelDescription(model, text, text.byteSize());
            return text.getString(0);
        }
    }

    /** How many tokens the vocabulary has, and a context scores. */
    public int vocabularySize() {
        return llama.vocabSize(vocabulary);
    }

    /** Whether a token ends a text. */
    public boolean isEnd(int token) {
        return llama.isEnd(vocabulary, token);
    }

    /**
     * The tokens of a text, with those that the model wants before every text.
     *
     * @throws LlamaException if llama.cpp refuses
     */
    public int[] tokenize(byte[] text) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, text);
            // A text has fewer tokens than bytes, and some vocabularies put a space and two marks around it.
            MemorySegment tokens = arena.allocate(JAVA_INT, text.length + 3L);
            int count = llama.tokenize(vocabulary, bytes, text.length, tokens, text.length + 3, true, false);
            if (count < 0) {
                throw new LlamaException("llama.cpp makes " + -count + " tokens of " + text.length + " bytes");
            }
            return tokens.asSlice(0, count * JAVA_INT.byteSize()).toArray(JAVA_INT);
        }
    }

    /** The bytes that a token stands for; not always whole characters. */
    public byte[] piece(int token) {
        try (Arena arena = Arena.ofConfined()) {
            int needed = -llama.tokenToPiece(vocabulary, token, MemorySegment.NULL, 0, 0, false);
            MemorySegment bytes = arena.allocate(Math.max(needed, 1));
            int count = llama.tokenToPiece(vocabulary, token, bytes, Math.max(needed, 0), 0, false);
            if (count < 0) {
                throw new LlamaException("llama.cpp has no piece for token " + token);
            }
            return bytes.asSlice(0, count).toArray(JAVA_BYTE);
        }
    }

    /**
     * A context, which the caller closes before this.
     *
     * @throws LlamaException if there is no memory for it
     */
    public LlamaContext newContext(ContextSettings settings) {
        return new LlamaContext(llama, model, vocabularySize(), settings);
    }

    /** Frees it. A second call does nothing. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
