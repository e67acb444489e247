package dev.kvc.cli;

import dev.kvc.cli.text.Units;
import dev.kvc.store.KvStore;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.fs.OpenMode;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kvc rm}. */
@Command(
        name = "rm",
        description = {
            "Removes snapshots. An engine that has one loaded keeps it until it lets go of it. All names are looked up"
                    + " before the first is removed.",
            Keys.RULE
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  kvc rm 06ac1ed2", "  kvc ls --never-hit --idle 30d --json | jq -r .key | xargs kvc rm --dry-run"})
final class RmCommand extends KvcCommand {
    @Mixin
    private StoreOptions location = new StoreOptions();

    @Parameters(paramLabel = "KEY", arity = "1..*", description = "Which snapshots.")
    private List<String> names = List.of();

    @Option(names = "--dry-run", description = "Say what would be removed, and remove nothing.")
    private boolean dryRun;

    @Override
    int run(Terminal terminal) throws IOException, CommandException {
        try (KvStore store = location.openAny(terminal, dryRun ? OpenMode.READ : OpenMode.MANAGE)) {
            for (SnapshotInfo info : Keys.findAll(store, location.namespace(), names)) {
                if (!dryRun) {
                    store.in(info.id().namespace()).remove(info.key());
                }
                terminal.out()
                        .println((dryRun ? "would remove " : "removed ") + info.id() + ", "
                                + Units.size(info.storedBytes()));
            }
        }
        return Kvc.DONE;
    }
}
