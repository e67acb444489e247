package dev.kvc.examples.demo;

/** The user asked for what cannot be done; the message, of one line, names the value and the rule. */
public final class UsageException extends Exception {
    private static final long serialVersionUID = 1;

    /** With that message. */
    public UsageException(String message) {
        super(message);
    }
}
