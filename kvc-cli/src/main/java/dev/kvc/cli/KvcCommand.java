package dev.kvc.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** What every subcommand has. Picocli fills the fields before it calls. */
@Command(mixinStandardHelpOptions = true, versionProvider = Kvc.Version.class)
abstract class KvcCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Kvc kvc;

    @Option(
            names = {"-v", "--verbose"},
            description = "Also print what the store logs, and where a failure comes from.")
    private boolean verbose;

    @Override
    public final Integer call() throws Exception {
        QuietLoggerFinder.setVerbose(verbose);
        return run(terminal());
    }

    /** Does the work and returns the code to end with. */
    abstract int run(Terminal terminal) throws Exception;

    boolean isVerbose() {
        return verbose;
    }

    Terminal terminal() {
        if (kvc == null) {
            throw new IllegalStateException("picocli has not filled in the command");
        }
        return kvc.terminal();
    }
}
