package dev.kvc.examples.demo;

/** Resuming gave other scores than prefilling everything: the one thing that must never happen. */
final class MismatchException extends Exception {
    private static final long serialVersionUID = 1;

    MismatchException(String message) {
        super(message);
    }
}
