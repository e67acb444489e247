package dev.kvc.cli;

import dev.kvc.cli.text.Units;
import dev.kvc.format.KvcFormatException;
import dev.kvc.store.Capability;
import dev.kvc.store.KvStore;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.fs.OpenMode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kvc export}. */
@Command(
        name = "export",
        description = {
            "Writes snapshots as a tar archive, each file as it is, for 'kvc import' or any tar. Checksums are verified"
                    + " before a file is written; what is damaged is left out, named, and ends the command with 1.",
            Keys.RULE
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvc export --out cache.tar",
            "  kvc export | zstd | ssh other 'zstd -d | kvc import --dir /var/cache/kvc'",
            "  kvc export --reason agent-system --out system-prompts.tar",
            "  kvc export --store s3://bucket/llama | kvc import --dir /var/cache/kvc"
        })
final class ExportCommand extends KvcCommand {
    @Mixin
    private StoreOptions location = new StoreOptions();

    @Mixin
    private SnapshotFilter filter = new SnapshotFilter();

    @Parameters(paramLabel = "KEY", arity = "0..*", description = "Which snapshots; all by default.")
    private List<String> names = List.of();

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            description = "The archive, which must not exist yet; - or nothing for standard output.")
    private String out = "-";

    @Override
    int run(Terminal terminal) throws IOException, CommandException {
        try (KvStore root = location.openAny(terminal, OpenMode.READ)) {
            List<SnapshotInfo> wanted = wanted(root, terminal.nowUnix());
            if (out.equals("-")) {
                return export(root, wanted, terminal.out(), terminal);
            }
            try (OutputStream file = new BufferedOutputStream(
                    Files.newOutputStream(Path.of(out), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
                return export(root, wanted, file, terminal);
            }
        }
    }

    private List<SnapshotInfo> wanted(KvStore root, long now) throws IOException, CommandException {
        List<SnapshotInfo> wanted = new ArrayList<>();
        if (!names.isEmpty()) {
            wanted.addAll(Keys.findAll(root, location.namespace(), names));
        } else {
            for (KvStore namespace : location.namespaces(root)) {
                try (Stream<SnapshotInfo> all = namespace.list()) {
                    all.forEach(wanted::add);
                }
            }
        }
        wanted.removeIf(info -> !filter.passes(info, now));
        wanted.sort(LsCommand.Order.KEY.comparator(false));
        return wanted;
    }

    private static int export(KvStore root, List<SnapshotInfo> wanted, OutputStream out, Terminal terminal)
            throws IOException {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        long files = 0;
        long bytes = 0;
        int damaged = 0;
        try (Progress progress = new Progress(terminal, "exporting")) {
            for (SnapshotInfo info : wanted) {
                try {
                    if (export(root, info, tar)) {
                        files++;
                        bytes += info.storedBytes();
                        progress.at(files, bytes);
                    }
                } catch (KvcFormatException e) {
                    damaged++;
                    terminal.err().println("kvc: left out: " + Failures.oneLine(e));
                }
            }
        }
        tar.finish();
        terminal.err()
                .println("exported " + Units.count(files, "snapshot") + ", " + Units.size(bytes)
                        + (damaged == 0
                                ? ""
                                : ", left out " + damaged + " damaged; 'kvc verify --repair' sets them aside"));
        return damaged == 0 ? Kvc.DONE : Kvc.PROBLEM;
    }

    /** Whether it was still there. */
    private static boolean export(KvStore root, SnapshotInfo info, TarArchiveOutputStream tar) throws IOException {
        KvStore store = root.in(info.id().namespace());
        try (SnapshotFile file = SnapshotFile.find(store, info.key()).orElse(null);
                SnapshotFile near = file == null ? null : near(store, file)) {
            if (near == null) {
                return false;
            }
            near.verify();
            TarArchiveEntry entry = new TarArchiveEntry(info.id() + TarNames.SUFFIX);
            entry.setSize(near.layout().fileBytes());
            entry.setMode(TarNames.OWNER_ONLY);
            entry.setModTime(FileTime.fromMillis(0)); // equal snapshots give equal archives
            tar.putArchiveEntry(entry);
            near.writeTo(Channels.newChannel(tar));
            tar.closeArchiveEntry();
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** The file on this disk: it is read twice. */
    private static SnapshotFile near(KvStore store, SnapshotFile file) throws IOException {
        return store.capabilities().contains(Capability.REMOTE)
                ? SnapshotFile.spool(file::writeTo, file.source())
                : file;
    }
}
