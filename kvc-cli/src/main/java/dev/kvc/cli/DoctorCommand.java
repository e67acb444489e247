package dev.kvc.cli;

import dev.kvc.cli.text.Units;
import dev.kvc.format.KvcHeader;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.VerifyOptions;
import dev.kvc.store.VerifyReport;
import dev.kvc.store.VerifyReport.Finding;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.fs.OpenMode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kvc doctor}. */
@Command(
        name = "doctor",
        description = {
            "Looks for what keeps a cache from working: permissions, free space, files that are damaged, stale or not"
                    + " ours, and files that ds4 passes over, and why. Payloads are not read, and nothing is changed.",
            "Ends with 1 if something should be done."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  kvc doctor", "  kvc doctor --files        names every file that ds4 passes over"})
final class DoctorCommand extends KvcCommand {
    private static final int SHOWN = 10;

    @Mixin
    private DirectoryOptions directory = new DirectoryOptions();

    @Option(names = "--files", description = "Name every file, not the first " + SHOWN + " of a kind.")
    private boolean everyFile;

    @Override
    int run(Terminal terminal) throws IOException, CommandException {
        Diagnosis diagnosis = new Diagnosis(terminal.out(), everyFile ? Integer.MAX_VALUE : SHOWN);
        Path path = directory.directory(terminal);
        try (FileSystemKvStore store = directory.open(terminal, OpenMode.READ)) {
            Permissions.examine(store.directory(), diagnosis);
            space(store, terminal, diagnosis);
            contents(path, terminal, diagnosis);
            ds4(store, diagnosis);
        }
        return diagnosis.isHealthy() ? Kvc.DONE : Kvc.PROBLEM;
    }

    private void space(FileSystemKvStore store, Terminal terminal, Diagnosis diagnosis)
            throws IOException, CommandException {
        long free = Files.getFileStore(store.directory()).getUsableSpace();
        long held = store.openReport().bytes();
        Configuration configuration = directory.configuration(terminal);
        Optional<Long> budget = configuration.get("budget").map(DataSize::parse).map(DataSize::bytes);
        long minFree = configuration
                .get("min-free")
                .map(DataSize::parse)
                .map(DataSize::bytes)
                .orElse(0L);
        String facts = Units.size(held) + " held, " + Units.size(free) + " free on the file system";
        if (free < minFree) {
            diagnosis.problem("space", facts + ", less than min-free asks for; evict, or lower it");
        } else if (budget.isPresent() && budget.get() > held && budget.get() - held > free - minFree) {
            diagnosis.problem(
                    "space",
                    facts + ": a budget of " + Units.size(budget.get()) + " does not fit; lower it to "
                            + Units.size(held + free - minFree) + " or less");
        } else if (budget.isPresent() && held > budget.get()) {
            diagnosis.problem("space", facts + ", over the budget of " + Units.size(budget.get()) + "; 'kvc evict'");
        } else {
            diagnosis.fine("space", facts);
        }
    }

    private void contents(Path path, Terminal terminal, Diagnosis diagnosis) throws IOException, CommandException {
        VerifyReport report;
        try (Progress progress = new Progress(terminal, "looking")) {
            report = directory
                    .builder(terminal, OpenMode.READ)
                    .verify(VerifyOptions.DEFAULT.withoutPayloads(), progress::at);
        }
        diagnosis.fine(
                "files",
                Units.count(report.verified(), "snapshot") + " with checksums, " + report.unverified() + " without, in "
                        + path);
        Map<VerifyReport.Kind, List<Finding>> byKind = new TreeMap<>();
        report.findings()
                .forEach(f -> byKind.computeIfAbsent(f.kind(), kind -> new ArrayList<>())
                        .add(f));
        byKind.forEach((kind, findings) -> {
            List<String> names = findings.stream()
                    .map(finding -> finding.file() + " (" + finding.detail() + ")")
                    .toList();
            String name = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            diagnosis.report(isToBeMended(kind), name, advice(kind), names);
        });
    }

    private static boolean isToBeMended(VerifyReport.Kind kind) {
        return switch (kind) {
            case DAMAGED, DEAD_TEMPORARY, UNREADABLE -> true;
            case INCOMPLETE, OTHER_VERSION, OTHER_KEY, SET_ASIDE, LIVE_TEMPORARY, OTHER -> false;
        };
    }

    private static String advice(VerifyReport.Kind kind) {
        return switch (kind) {
            case DAMAGED -> "served to nobody; 'kvc verify --repair' sets them aside";
            case INCOMPLETE -> "somebody may be copying them in; look again in a minute";
            case OTHER_VERSION -> "another version of the format or a larger max-text may read them";
            case UNREADABLE -> "no regular files, or their owner is another; they take part in nothing";
            case OTHER_KEY -> "their keys are not the hashes of their texts: sessions; no prompt finds them";
            case SET_ASIDE -> "the first to be evicted; 'kvc evict' or 'rm' removes them";
            case DEAD_TEMPORARY -> "their writers have ended; 'kvc verify --repair' removes them";
            case LIVE_TEMPORARY -> "being written now";
            case OTHER -> "not ours: counted in the budget, never deleted; move them elsewhere";
        };
    }

    private void ds4(FileSystemKvStore root, Diagnosis diagnosis) throws IOException {
        List<SnapshotInfo> all = new ArrayList<>();
        for (KvStore namespace : directory.namespaces(root)) {
            try (Stream<SnapshotInfo> snapshots = namespace.list()) {
                snapshots.sorted(LsCommand.Order.KEY.comparator(false)).forEach(all::add);
            }
        }
        ds4("ds4 to May 2026", all, Ds4::refusal, diagnosis);
        ds4("ds4 since then", all, Ds4::currentRefusal, diagnosis);
    }

    private static void ds4(
            String reader, List<SnapshotInfo> all, Function<KvcHeader, Optional<String>> rule, Diagnosis diagnosis) {
        List<String> refused = new ArrayList<>();
        for (SnapshotInfo info : all) {
            if (!info.id().namespace().isDefault()) {
                refused.add(info.id() + " (it does not look into namespaces)");
            } else {
                rule.apply(info.header()).ifPresent(why -> refused.add(info.id() + " (" + why + ")"));
            }
        }
        int read = all.size() - refused.size();
        diagnosis.report(false, reader, "reads " + read + " of " + Units.count(all.size(), "snapshot"), refused);
    }

    /** What has been found so far, printed as it is found. */
    static final class Diagnosis {
        private static final int NAME_WIDTH = 15;

        private final PrintStream out;
        private final int shown;
        private boolean healthy = true;

        Diagnosis(PrintStream out, int shown) {
            this.out = out;
            this.shown = shown;
        }

        void fine(String name, String facts) {
            print("ok", name, facts);
        }

        void problem(String name, String facts) {
            healthy = false;
            print("PROBLEM", name, facts);
        }

        /** Says something of files, and names the first of them. */
        void report(boolean isProblem, String name, String facts, List<String> files) {
            healthy &= !isProblem;
            String count = files.isEmpty() ? "" : ", passed over: " + files.size();
            boolean isReader = name.startsWith("ds4");
            print(
                    isProblem ? "PROBLEM" : isReader && files.isEmpty() ? "ok" : "note",
                    name,
                    isReader ? facts + count : Units.count(files.size(), "file") + ": " + facts);
            files.stream().limit(shown).forEach(file -> out.println("           " + file));
            if (files.size() > shown) {
                out.println("           and " + (files.size() - shown) + " more; --files names them");
            }
        }

        private void print(String mark, String name, String facts) {
            out.println(new Row().left(mark, 7).left(name, NAME_WIDTH).left(facts, 0));
        }

        boolean isHealthy() {
            return healthy;
        }
    }
}
