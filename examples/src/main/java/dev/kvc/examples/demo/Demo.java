package dev.kvc.examples.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The program behind {@code ./kvc demo}; {@link Arguments#USAGE} says what it does.
 *
 * <p>It ends with code 0 if all went well, 1 if resuming gave other scores than prefilling or the disk failed, and 2 if
 * the arguments or the files that they name are wrong.
 */
public final class Demo {
    private final DemoSettings settings;
    private final PrintStream out;
    private final PrintStream err;

    /** For tests: less to compute, and what it prints. */
    Demo(DemoSettings settings, PrintStream out, PrintStream err) {
        this.settings = settings;
        this.out = out;
        this.err = err;
    }

    /** Runs the demo and ends the process with its code. */
    public static void main(String[] args) {
        System.exit(new Demo(DemoSettings.DEFAULT, System.out, System.err).run(args));
    }

    /** Does what the arguments ask for and returns the code to end with. */
    int run(String... args) {
        try {
            if (args.length > 0 && args[0].equals(SecondProcess.OPTION)) {
                SecondProcess.of(args, out).run();
            } else {
                run(Arguments.parse(args));
            }
            return 0;
        } catch (UsageException e) {
            return fail(2, e.getMessage());
        } catch (MismatchException e) {
            return fail(1, e.getMessage());
        } catch (IOException e) {
            return fail(1, e.toString());
        }
    }

    private void run(Arguments arguments) throws UsageException, MismatchException, IOException {
        if (arguments.help()) {
            out.print(Arguments.USAGE);
        } else if (arguments.sessions() != null) {
            List<Session> sessions = SessionReader.read(arguments.sessions());
            new SessionReplay(settings, out).run(sessions);
        } else {
            List<byte[]> prompts = arguments.prompts() == null ? Prompts.builtIn() : Prompts.read(arguments.prompts());
            new FirstProcess(settings, out).run(prompts);
        }
    }

    private int fail(int code, @Nullable String message) {
        out.flush();
        err.println("kvc demo: " + message);
        return code;
    }
}
