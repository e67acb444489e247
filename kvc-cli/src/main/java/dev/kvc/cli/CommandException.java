package dev.kvc.cli;

/** A command that cannot do what was asked; the message, of one line, says why and what to do. */
final class CommandException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private CommandException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** What was asked for is not there. */
    static CommandException notThere(String message) {
        return new CommandException(Kvc.PROBLEM, message);
    }

    /** Arguments or settings are wrong. */
    static CommandException usage(String message) {
        return new CommandException(Kvc.USAGE, message);
    }

    int exitCode() {
        return exitCode;
    }
}
