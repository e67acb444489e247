package dev.kvc.cli;

import java.text.MessageFormat;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what the store logs for operators of an engine from a command's output, unless {@code --verbose} asks for it;
 * and the JDK's own logging from being loaded, which takes longer than a listing. The self-contained jar alone
 * announces it: whoever has this module on a path keeps the logging that they have.
 */
public final class QuietLoggerFinder extends System.LoggerFinder {
    private static final String VERBOSE = "kvc.verbose";

    /** A finder; it has no state. */
    public QuietLoggerFinder() {}

    /** Makes loggers of this process print, or not. */
    static void setVerbose(boolean verbose) {
        System.setProperty(VERBOSE, Boolean.toString(verbose));
    }

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new StandardError(name);
    }

    private record StandardError(String name) implements System.Logger {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(Level level) {
            return Boolean.getBoolean(VERBOSE) && level.getSeverity() >= Level.INFO.getSeverity();
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable thrown) {
            if (isLoggable(level)) {
                System.err.println("kvc: " + message);
                if (thrown != null) {
                    thrown.printStackTrace(System.err);
                }
            }
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, @Nullable String format, Object... parameters) {
            if (isLoggable(level) && format != null) {
                log(level, bundle, MessageFormat.format(format, parameters), (Throwable) null);
            }
        }
    }
}
