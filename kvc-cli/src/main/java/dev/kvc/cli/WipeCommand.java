package dev.kvc.cli;

import dev.kvc.cli.text.Units;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.fs.OpenMode;
import dev.kvc.store.fs.WipeReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kvc wipe}. */
@Command(
        name = "wipe",
        description = {
            "Overwrites snapshots with zeros and deletes them, with what is set aside or half-written under their keys:"
                    + " for prompts that must not be found on the disk again.",
            "End the engines first: who has one loaded would read zeros. What the disk itself keeps is beyond reach:"
                    + " spare blocks of an SSD, file system snapshots, backups.",
            Keys.RULE
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  kvc wipe 06ac1ed2", "  kvc wipe --all --dry-run", "  kvc wipe --all --yes"})
final class WipeCommand extends KvcCommand {
    @Mixin
    private DirectoryOptions directory = new DirectoryOptions();

    @Parameters(paramLabel = "KEY", arity = "0..*", description = "Which snapshots.")
    private List<String> names = List.of();

    @Option(names = "--all", description = "Everything in the directory, or in the --namespace, that holds a prompt.")
    private boolean all;

    @Option(names = "--yes", description = "Yes, all of it: what --all needs.")
    private boolean yes;

    @Option(names = "--dry-run", description = "Say what would be wiped, and change nothing.")
    private boolean dryRun;

    @Override
    int run(Terminal terminal) throws IOException, CommandException {
        if (all != names.isEmpty()) {
            throw CommandException.usage("name the snapshots to wipe, or say --all");
        } else if (all && !yes && !dryRun) {
            throw CommandException.usage("--all wipes the whole cache; say --yes to do it, --dry-run to see it");
        }
        try (FileSystemKvStore store = directory.open(terminal, dryRun ? OpenMode.READ : OpenMode.MANAGE)) {
            Predicate<SnapshotId> wanted = wanted(store);
            WipeReport report = dryRun ? store.planWipe(wanted) : store.wipe(wanted);
            for (Path file : report.files()) {
                terminal.out()
                        .println((dryRun ? "would wipe " : "wiped ")
                                + store.directory().relativize(file));
            }
            for (Path file : report.live()) {
                terminal.err()
                        .println("kvc: " + file + " is still being written; wipe again when its writer has ended");
            }
            terminal.out().println(Units.count(report.files().size(), "file") + ", " + Units.size(report.bytes()));
            return report.live().isEmpty() ? Kvc.DONE : Kvc.PROBLEM;
        }
    }

    private Predicate<SnapshotId> wanted(FileSystemKvStore store) throws IOException, CommandException {
        if (all) {
            return id -> !directory.isOneNamespace() || id.namespace().equals(directory.namespace());
        }
        Set<SnapshotId> ids = Keys.findAll(store, directory.namespace(), names).stream()
                .map(SnapshotInfo::id)
                .collect(Collectors.toSet());
        return ids::contains;
    }
}
