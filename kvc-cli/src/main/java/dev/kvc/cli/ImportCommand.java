package dev.kvc.cli;

import dev.kvc.cli.text.Texts;
import dev.kvc.cli.text.Units;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcFormatException;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.fs.OpenMode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kvc import}. */
@Command(
        name = "import",
        description = {
            "Takes the snapshots of a tar archive into the directory or store, byte for byte. Lengths and checksums are verified"
                    + " before a snapshot can be found; what is damaged is named, and ends the command with 1.",
            "Evicts nothing: what has no room within the budget is named, and ends the command with 1. What is there"
                    + " already stays, unless --replace is given."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvc import cache.tar",
            "  kvc import --dry-run cache.tar               what the archive holds, and whether it fits",
            "  ssh other kvc export | kvc import --budget 64GiB",
            "  kvc export --dir /var/cache/kvc | kvc import --store redis://cache.example"
        })
final class ImportCommand extends KvcCommand {
    private static final int TAR_BLOCK_BYTES = 512;

    @Mixin
    private StoreOptions location = new StoreOptions();

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "The archive; - or nothing for standard input.")
    private String archive = "-";

    @Option(
            names = "--budget",
            paramLabel = "SIZE",
            converter = Converters.Size.class,
            description = "Bytes that the directory may hold; else KVC_BUDGET, else kvc.disk.budget, else no bound.")
    private @Nullable DataSize budget;

    @Option(names = "--replace", description = "Replace what is there under the same key.")
    private boolean replace;

    @Option(names = "--dry-run", description = "Name what is in the archive, and store nothing.")
    private boolean dryRun;

    @Override
    int run(Terminal terminal) throws IOException, CommandException {
        try (KvStore store = open(terminal);
                InputStream in = input(terminal);
                TarArchiveInputStream tar = new TarArchiveInputStream(in)) {
            return run(store, tar, terminal);
        }
    }

    private InputStream input(Terminal terminal) throws IOException {
        BufferedInputStream in =
                new BufferedInputStream(archive.equals("-") ? terminal.in() : Files.newInputStream(Path.of(archive)));
        in.mark(TAR_BLOCK_BYTES);
        byte[] first = in.readNBytes(TAR_BLOCK_BYTES);
        in.reset();
        if (!isTar(first)) {
            in.close();
            throw new IOException((archive.equals("-") ? "standard input" : archive)
                    + " is no tar archive; give one that 'kvc export' or tar has written, not compressed");
        }
        return in;
    }

    /** An archive of nothing begins with zeros. */
    private static boolean isTar(byte[] first) {
        return first.length == TAR_BLOCK_BYTES
                && (TarArchiveInputStream.matches(first, first.length)
                        || Arrays.equals(first, new byte[TAR_BLOCK_BYTES]));
    }

    private KvStore open(Terminal terminal) throws IOException, CommandException {
        location.requireDirectoryFor("--budget", budget != null, terminal);
        if (location.elsewhere(terminal).isPresent()) {
            return location.openAny(terminal, OpenMode.MANAGE);
        }
        FileSystemKvStore.Builder builder = location.configured(
                terminal, dryRun ? OpenMode.READ : OpenMode.MANAGE, budget == null ? List.of() : List.of("budget"));
        if (budget != null) {
            builder.budget(budget);
        } else if (location.configuration(terminal).get("budget").isEmpty()) {
            builder.budget(DataSize.ofBytes(Long.MAX_VALUE));
        }
        return builder.open();
    }

    private int run(KvStore store, TarArchiveInputStream tar, Terminal terminal) throws IOException {
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        int refused = 0;
        long files = 0;
        long bytes = 0;
        try (Progress progress = new Progress(terminal, "importing")) {
            TarArchiveEntry entry = tar.getNextEntry();
            while (entry != null) {
                Optional<SnapshotId> id = entry.isFile() ? snapshot(entry) : Optional.empty();
                if (id.isPresent()) {
                    files++;
                    bytes += entry.getSize();
                    refused += take(store, id.get(), entry, tar, outcomes, terminal) ? 0 : 1;
                    progress.at(files, bytes);
                } else if (entry.isFile()) {
                    terminal.err().println("kvc: passed over: " + Texts.escape(entry.getName()) + " is no snapshot");
                }
                entry = tar.getNextEntry();
            }
        }
        terminal.out()
                .println(Units.count(files, "snapshot") + ", " + Units.size(bytes) + ": "
                        + outcomes.getOrDefault(Outcome.STORED, 0) + (dryRun ? " to be stored, " : " stored, ")
                        + outcomes.getOrDefault(Outcome.REPLACED, 0) + (dryRun ? " to be replaced, " : " replaced, ")
                        + outcomes.getOrDefault(Outcome.ALREADY_PRESENT, 0) + " already there, " + refused
                        + " refused");
        return refused == 0 ? Kvc.DONE : Kvc.PROBLEM;
    }

    private Optional<SnapshotId> snapshot(TarArchiveEntry entry) {
        Optional<SnapshotId> id = TarNames.parse(entry.getName());
        return location.isOneNamespace() ? id.map(each -> new SnapshotId(location.namespace(), each.key())) : id;
    }

    /** Whether it is there now, or would be. */
    private boolean take(
            KvStore root,
            SnapshotId id,
            TarArchiveEntry entry,
            TarArchiveInputStream tar,
            Map<Outcome, Integer> outcomes,
            Terminal terminal)
            throws IOException {
        try {
            SaveResult result = take(root.in(id.namespace()), id, tar, entry.getSize());
            outcomes.merge(result.outcome(), 1, Integer::sum);
            if (result.outcome() == Outcome.NO_ROOM || result.outcome() == Outcome.TOO_LARGE) {
                terminal.err()
                        .println("kvc: refused: " + id + " of " + Units.size(entry.getSize())
                                + " does not fit the budget; make room with 'kvc evict', or raise it");
                return false;
            }
            return true;
        } catch (KvcFormatException e) {
            terminal.err().println("kvc: refused: " + Failures.oneLine(e));
            return false;
        }
    }

    private SaveResult take(KvStore store, SnapshotId id, InputStream file, long bytes) throws IOException {
        if (dryRun) {
            return wouldBe(store, id, bytes);
        } else if (store instanceof FileSystemKvStore directory) {
            return directory.adopt(id.key(), Channels.newChannel(file), bytes, replace);
        } else if (!replace && store.contains(id.key())) {
            return SaveResult.of(Outcome.ALREADY_PRESENT, bytes);
        }
        try (SnapshotFile spooled =
                SnapshotFile.spool(out -> file.transferTo(Channels.newOutputStream(out)), id.toString())) {
            spooled.verify();
            return store.save(id.key(), spooled.draft(), SaveOptions.DEFAULT.admitAlways());
        }
    }

    private SaveResult wouldBe(KvStore store, SnapshotId id, long bytes) throws IOException {
        boolean isThere = store.contains(id.key());
        if (isThere) {
            return SaveResult.of(replace ? Outcome.REPLACED : Outcome.ALREADY_PRESENT, bytes);
        }
        boolean fits = store.stats().bytes() + bytes <= store.stats().budgetBytes();
        return SaveResult.of(fits ? Outcome.STORED : Outcome.NO_ROOM, bytes);
    }
}
