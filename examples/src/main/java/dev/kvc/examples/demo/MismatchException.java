package dev.kvc.examples.demo;

/** Resuming gave other scores than prefilling everything: the one thing that must never happen. */
public final class MismatchException extends Exception {
    private static final long serialVersionUID = 1;

    /** With that message. */
    public MismatchException(String message) {
        super(message);
    }
}
