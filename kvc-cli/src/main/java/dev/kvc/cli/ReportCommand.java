package dev.kvc.cli;

import dev.kvc.cli.report.BudgetSection;
import dev.kvc.cli.report.CacheReport;
import dev.kvc.cli.report.Snapshots;
import dev.kvc.cli.text.Texts;
import dev.kvc.cli.text.Units;
import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcFormatException;
import dev.kvc.simulator.trace.Trace;
import dev.kvc.simulator.trace.Traces;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.fs.FileSystemKvStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kvc report}. */
@Command(
        name = "report",
        description = {
            "Writes a page about a directory: which texts go on from which, sizes and hits, ages, reuse by length, what"
                    + " other budgets would do, and the largest snapshots that were never hit.",
            "It opens without a network, has no text in it unless --texts says so, and is for its owner alone."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvc report --out cache.html",
            "  kvc report --out cache.html --force --trace week.jsonl.gz    after 'kvc record'"
        })
final class ReportCommand extends KvcCommand {
    private static final int SHOWN_BYTES = 80;

    @Mixin
    private DirectoryOptions directory = new DirectoryOptions();

    @Mixin
    private PolicyOption policy = new PolicyOption();

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            required = true,
            description = "Where the page is written.")
    private Path out = Path.of("");

    @Option(names = "--force", description = "Replace the file if it is there.")
    private boolean force;

    @Option(names = "--texts", description = "Show beginnings of texts. Prompts are private: mind who gets the page.")
    private boolean texts;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = "A recording, as 'kvc record' makes it: what other budgets would do is replayed from it.")
    private @Nullable Path trace;

    @Override
    int run(Terminal terminal) throws IOException, CommandException, InterruptedException {
        PrivateFile.requireFree(out, force);
        Optional<Trace> replayed = trace == null ? Optional.empty() : Optional.of(Traces.open(trace));
        EvictionPolicyFactory chosen = policy.chosen(directory, terminal);
        AncestorCollector collector = new AncestorCollector(chosen);
        String page;
        try (FileSystemKvStore store = directory.openWithTexts(terminal, collector)) {
            Snapshots snapshots = snapshots(store, collector, terminal.nowUnix());
            page = CacheReport.of(
                    directory.directory(terminal).toString(),
                    snapshots,
                    replayed.isPresent()
                            ? BudgetSection.replayed(replayed.get(), chosen, budget(terminal, snapshots))
                            : BudgetSection.lookingBack(snapshots, chosen.name()),
                    terminal.nowUnix());
        }
        PrivateFile.write(out, page, force);
        terminal.out().println("written: " + out + ", " + Units.size(Files.size(out)));
        return Kvc.DONE;
    }

    private Snapshots snapshots(FileSystemKvStore store, AncestorCollector collector, long nowUnix)
            throws IOException, CommandException {
        List<SnapshotInfo> all = new ArrayList<>();
        for (KvStore namespace : directory.namespaces(store)) {
            try (Stream<SnapshotInfo> listed = namespace.list()) {
                listed.forEach(all::add);
            }
        }
        Snapshots.Texts shown = texts ? (info, from) -> text(store, info, from) : (info, from) -> "";
        return new Snapshots(all, collector.ancestors(), collector.order(nowUnix), shown);
    }

    private static String text(FileSystemKvStore store, SnapshotInfo info, int from) throws IOException {
        FileSystemKvStore view = (FileSystemKvStore) store.in(info.id().namespace());
        Path path = view.file(info.key()).orElse(null);
        if (path == null) {
            return ""; // removed meanwhile
        }
        try (SnapshotFile file = SnapshotFile.open(path)) {
            int left = Math.max(0, file.layout().textBytes() - from);
            ByteBuffer text = file.bytes(KvcCodec.FIXED_BYTES + (long) from, Math.min(left, SHOWN_BYTES + 1));
            return Texts.quote(text, 0, SHOWN_BYTES);
        } catch (NoSuchFileException | KvcFormatException e) {
            return ""; // removed or damaged meanwhile: 'kvc verify' is the one to say so
        }
    }

    /** What the directory may hold; where nobody says so, what it holds. */
    private long budget(Terminal terminal, Snapshots snapshots) throws IOException, CommandException {
        Optional<String> set = directory.configuration(terminal).get("budget");
        long held =
                snapshots.all().stream().mapToLong(SnapshotInfo::storedBytes).sum();
        return set.isPresent() ? DataSize.parse(set.get()).bytes() : Math.max(1, held);
    }
}
