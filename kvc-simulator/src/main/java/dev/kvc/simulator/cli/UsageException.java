package dev.kvc.simulator.cli;

/** The user asked for what cannot be done; the message, of one line, names the value and the rule. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }
}
