package dev.kvc.examples.llama;

/** A call into llama.cpp failed; what llama.cpp itself said of it is in the log of this package's name. */
public final class LlamaException extends RuntimeException {
    private static final long serialVersionUID = 1;

    LlamaException(String message) {
        super(message);
    }

    LlamaException(String message, Throwable cause) {
        super(message, cause);
    }
}
