package dev.kvc.examples.llama;

import dev.kvc.examples.demo.MismatchException;
import dev.kvc.examples.demo.Session;
import dev.kvc.examples.demo.SessionReader;
import dev.kvc.examples.demo.Table;
import dev.kvc.examples.demo.TemporaryDirectory;
import dev.kvc.examples.demo.UsageException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The program behind {@code ./kvc llama}; {@link Arguments#USAGE} says what it does.
 *
 * <p>It ends with code 0 if all went well, 1 if resuming gave other scores than prefilling, or llama.cpp or the disk
 * failed, and 2 if the arguments or the files that they name are wrong.
 */
public final class LlamaProgram {
    private final RunSettings settings;
    private final PrintStream out;
    private final PrintStream err;

    /** For tests: less to compute, and what it prints. */
    LlamaProgram(RunSettings settings, PrintStream out, PrintStream err) {
        this.settings = settings;
        this.out = out;
        this.err = err;
    }

    /** Runs it and ends the process with its code. */
    public static void main(String[] args) {
        System.exit(new LlamaProgram(RunSettings.DEFAULT, System.out, System.err).run(args));
    }

    /** Does what the arguments ask for and returns the code to end with. */
    int run(String... args) {
        try {
            switch (args.length == 0 ? "" : args[0]) {
                case FirstProcess.OPTION -> new FirstProcess(Job.of(args), out).run();
                case SecondProcess.OPTION -> new SecondProcess(Job.of(args), out).run();
                default -> runOrExplain(args);
            }
            return 0;
        } catch (UsageException e) {
            return fail(2, e.getMessage());
        } catch (MismatchException | LlamaException e) {
            return fail(1, e.getMessage());
        } catch (IOException e) {
            return fail(1, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return fail(1, "interrupted");
        }
    }

    private void runOrExplain(String... args)
            throws UsageException, MismatchException, IOException, InterruptedException {
        if (List.of(args).contains("--help")) {
            out.print(Arguments.USAGE);
        } else {
            run(Arguments.parse(args));
        }
    }

    private void run(Arguments arguments) throws UsageException, MismatchException, IOException, InterruptedException {
        List<Session> sessions = SessionReader.read(arguments.sessions());
        try (TemporaryDirectory directory = new TemporaryDirectory(settings.temporary())) {
            Job restart = job(directory.path(), arguments, settings.model(), settings.contextSize());
            new Restart(restart, out).run(sessions);
            out.println();
            Job replay = job(directory.path(), arguments, settings.replayModel(), settings.replayContextSize());
            new Replay(replay, settings.replayBudget(), settings.checks(), out).run(sessions, arguments.requests());
        }
    }

    /** With the user's model, or one that is written. */
    private Job job(Path directory, Arguments arguments, NoiseModel noise, int contextSize) throws IOException {
        Path model = arguments.model() == null ? write(noise, directory) : arguments.model();
        out.println("model: " + (arguments.model() == null ? noise.description() : model));
        out.println(Table.count(Files.size(model)) + " bytes; context " + Table.count(contextSize)
                + " tokens, batches of " + settings.batchTokens() + ", " + arguments.threads() + " threads");
        ContextSettings context = new ContextSettings(contextSize, settings.batchTokens(), arguments.threads());
        return new Job(directory, model, Weights.checksum(model), context);
    }

    private static Path write(NoiseModel noise, Path directory) throws IOException {
        Path file = Files.createTempFile(directory, "noise-", ".gguf");
        noise.writeTo(file);
        return file;
    }

    private int fail(int code, @Nullable String message) {
        out.flush();
        err.println("kvc llama: " + message);
        return code;
    }
}
