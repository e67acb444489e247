package dev.kvc.examples.chat;

/** A request that cannot be answered, for a reason that is its sender's to mend. */
final class RequestException extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;

    /** With the status of HTTP to answer with. */
    RequestException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
