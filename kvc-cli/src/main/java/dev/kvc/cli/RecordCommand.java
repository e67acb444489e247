package dev.kvc.cli;

import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.fs.OpenMode;
import dev.kvc.store.trace.TraceWriter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kvc record}. */
@Command(
        name = "record",
        description = {
            "Watches a directory that engines are using, and writes what is saved and hit as a trace that 'kvc simulate'"
                    + " and 'kvc report' replay, until Ctrl-C ends it or the time is over.",
            "It sees what headers tell: saves, and hits that were counted. It does not see prompts for which nothing was"
                    + " found, unless what they would have found is saved again; nor how a prompt went on after the"
                    + " snapshot that it hit. The program that owns the store sees all of it: TraceWriter.record.",
            "No text is written, but hashes of beginnings, from which one who can guess a text learns that it was asked."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvc record --out week.jsonl.gz --for 7d",
            "  kvc simulate --trace week.jsonl.gz --size-model recorded"
        })
final class RecordCommand extends KvcCommand {
    private static final int UNIT_BYTES = 256;
    private static final int REST_FACTOR = 9;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final long LAST_LOOK_SECONDS = 60;

    @Mixin
    private DirectoryOptions directory = new DirectoryOptions();

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            required = true,
            description = "The recording, a new file; compressed if its name ends in .gz.")
    private Path out = Path.of("");

    @Option(
            names = "--interval",
            paramLabel = "DURATION",
            converter = Converters.Span.class,
            defaultValue = "1s",
            description = "From look to look, ${DEFAULT-VALUE} by default; longer where a look takes more than a tenth"
                    + " of it.")
    private Duration interval = Duration.ofSeconds(1);

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = Converters.Span.class,
            description = "How long, such as 12h or 7d; until it is ended by default.")
    private @Nullable Duration length;

    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    @Override
    int run(Terminal terminal) throws IOException, CommandException, InterruptedException {
        PrivateFile.requireFree(out, false);
        Thread hook = new Thread(this::stopAndWait, "kvc-record-end");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            record(terminal);
        } finally {
            stopped.countDown();
        }
        return Kvc.DONE;
    }

    /** Ctrl-C: the process ends when the last look is written. */
    private void stopAndWait() {
        stop.countDown();
        try {
            stopped.await(LAST_LOOK_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void record(Terminal terminal) throws IOException, CommandException, InterruptedException {
        long start = System.nanoTime();
        directory.open(terminal, OpenMode.READ).close(); // what is wrong is said before there is a file
        try (TraceWriter trace = new TraceWriter(writer(), UNIT_BYTES)) {
            Recorder recorder = new Recorder(trace);
            long rest = look(terminal, recorder);
            terminal.out().println("recording " + directory.directory(terminal) + " to " + out + "; Ctrl-C ends it");
            terminal.out().flush();
            while (!stop.await(Math.min(rest, left(start)), TimeUnit.NANOSECONDS) && left(start) > 0) {
                rest = look(terminal, recorder);
            }
            look(terminal, recorder);
            terminal.out().println("written: " + out + ", " + recorder.summary());
            terminal.out().flush();
        }
    }

    private long left(long startNanos) {
        return length == null ? Long.MAX_VALUE : length.toNanos() - (System.nanoTime() - startNanos);
    }

    /** Looks, and returns how long to rest then, in nanoseconds: looking takes a tenth of the time at most. */
    private long look(Terminal terminal, Recorder recorder) throws IOException, CommandException {
        long start = System.nanoTime();
        long nowMillis = terminal.clock().millis();
        try (FileSystemKvStore store = directory.open(terminal, OpenMode.READ)) {
            recorder.look(store, directory.namespaces(store), nowMillis);
        }
        return Math.max(interval.toNanos(), REST_FACTOR * (System.nanoTime() - start));
    }

    private Writer writer() throws IOException {
        OutputStream file = PrivateFile.create(out);
        String name = String.valueOf(out.getFileName());
        OutputStream bytes = name.endsWith(".gz") ? new GZIPOutputStream(file, BUFFER_BYTES, true) : file;
        return new BufferedWriter(new OutputStreamWriter(bytes, StandardCharsets.UTF_8), BUFFER_BYTES);
    }
}
