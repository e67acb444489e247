package dev.kvc.store.fs;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcFormatException;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Layout;
import dev.kvc.format.Namespace;
import dev.kvc.format.ReaderAt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads names, and the first 52 bytes of files: all that is needed to know what a directory holds. Changes nothing. */
final class Scanner {
    private static final System.Logger LOG = System.getLogger("dev.kvc.store.fs");
    /** Younger than this, a file that is too short is taken for one that is being copied in. */
    private static final long ARRIVING_MILLIS = 60_000;
    /** The name of a file for messages that nobody sees: what is wrong with it decides what it is. */
    private static final String ANY_FILE = "a file";
    /** When a directory that is not there has last changed. */
    private static final long NOT_THERE = Long.MIN_VALUE;

    private final StoreFiles files;
    private final InstantSource clock;
    private final int maxTextBytes;

    Scanner(StoreFiles files, InstantSource clock, int maxTextBytes) {
        this.files = files;
        this.clock = clock;
        this.maxTextBytes = maxTextBytes;
    }

    /**
     * The names in one directory.
     *
     * @param namespace whose directory it is
     * @param modifiedMillis when the directory last changed, read before its names were
     * @param listedMillis when that was read, by the machine's clock: file systems stamp with that, not with the
     *     store's
     * @param snapshots files named as snapshots or as snapshots set aside; of two names for one key, the canonical one
     * @param temporaries files named as temporaries
     * @param others everything else, directories of namespaces apart; as paths, because not every name is text
     * @param namespaces the directories of namespaces in it
     */
    record Listing(
            Namespace namespace,
            long modifiedMillis,
            long listedMillis,
            List<FileNames.Parsed> snapshots,
            List<Path> temporaries,
            List<Path> others,
            List<Namespace> namespaces) {
        /** Whether the directory changed less than {@code millis} before it was listed. */
        boolean isYoungerThan(long millis) {
            return modifiedMillis != NOT_THERE && listedMillis - modifiedMillis < millis;
        }
    }

    /** Lists one directory; empty if it is not there. */
    Listing list(Namespace namespace) throws IOException {
        return list(namespace, (name, fileName) -> {});
    }

    /**
     * The same; {@code found} is told of each of the {@link Listing#snapshots}, with its name as the file system has
     * it, as soon as it is known to be one.
     */
    Listing list(Namespace namespace, BiConsumer<FileNames.Parsed, Path> found) throws IOException {
        Path directory = files.directory(namespace);
        long now = System.currentTimeMillis();
        FileStat stat = files.directoryStat(namespace);
        Listing listing = new Listing(
                namespace,
                modifiedMillis(stat),
                now,
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>());
        if (stat == null || !(stat.isDirectory() || namespace.isDefault())) {
            return listing;
        } else if (!namespace.isDefault() && !Files.isExecutable(directory)) {
            LOG.log(System.Logger.Level.WARNING, "{0} may not be searched; what is in it is not counted", directory);
        } else {
            fill(listing, directory, found);
        }
        return listing;
    }

    /** When a directory last changed, as a {@link Listing} has it. */
    static long modifiedMillis(@Nullable FileStat directory) {
        return directory == null ? NOT_THERE : directory.modifiedMillis();
    }

    private void fill(Listing listing, Path directory, BiConsumer<FileNames.Parsed, Path> found) throws IOException {
        Sorter sorter = new Sorter(listing, found);
        try (DirectoryStream<Path> names = Files.newDirectoryStream(directory)) {
            for (Path path : names) {
                sorter.add(path);
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return;
        } catch (AccessDeniedException e) {
            if (listing.namespace.isDefault()) {
                throw e;
            }
            LOG.log(System.Logger.Level.WARNING, "{0} may not be listed; what is in it is not counted", directory);
            return;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        sorter.addRenamed();
    }

    /** Sorts names by what they say. */
    private static final class Sorter {
        private final Listing listing;
        private final BiConsumer<FileNames.Parsed, Path> found;
        /** Snapshots whose names are not the canonical ones. */
        private final Map<Path, FileNames.Parsed> renamed = new LinkedHashMap<>();

        Sorter(Listing listing, BiConsumer<FileNames.Parsed, Path> found) {
            this.listing = listing;
            this.found = found;
        }

        void add(Path path) throws IOException {
            Path fileName = path.getFileName();
            FileNames.Parsed name = FileNames.parse(fileName.toString());
            switch (name.kind()) {
                case SNAPSHOT, SET_ASIDE -> {
                    if (name.isCanonical()) {
                        addSnapshot(name, fileName);
                    } else if (name.kind() == FileNames.Kind.SNAPSHOT) {
                        renamed.put(path, name);
                    } else {
                        listing.others.add(path);
                    }
                }
                case OUR_TEMPORARY, OTHER_TEMPORARY -> listing.temporaries.add(path);
                case LOCK -> {}
                case OTHER -> addOther(path, name);
            }
        }

        private void addSnapshot(FileNames.Parsed name, Path fileName) {
            listing.snapshots.add(name);
            found.accept(name, fileName);
        }

        private void addOther(Path path, FileNames.Parsed name) throws IOException {
            if (listing.namespace.isDefault() && Namespace.isValid(name.name())) {
                FileStat stat = FileStat.of(path);
                if (stat != null && stat.isDirectory()) {
                    listing.namespaces.add(Namespace.of(name.name()));
                    return;
                }
            }
            listing.others.add(path);
        }

        /** Adds those whose keys have no file with the canonical name, when all names are known. */
        void addRenamed() {
            if (renamed.isEmpty()) {
                return;
            }
            Set<KvcKey> keys = listing.snapshots.stream()
                    .filter(name -> name.kind() == FileNames.Kind.SNAPSHOT)
                    .map(Scanner::keyOf)
                    .collect(Collectors.toCollection(HashSet::new));
            for (Map.Entry<Path, FileNames.Parsed> file : renamed.entrySet()) {
                if (keys.add(keyOf(file.getValue()))) {
                    addSnapshot(file.getValue(), file.getKey().getFileName());
                } else {
                    listing.others.add(file.getKey());
                }
            }
        }
    }

    static KvcKey keyOf(FileNames.Parsed name) {
        return Objects.requireNonNull(name.key());
    }

    /**
     * Looks at one file named as a snapshot, or as one set aside.
     *
     * @return {@code null} if it has gone, or is no regular file
     */
    @Nullable
    Entry entry(Namespace namespace, FileNames.Parsed name) throws IOException {
        try (FileDirectory directory = FileDirectory.byPath(files, namespace)) {
            return entry(directory, namespace, name, ByteBuffer.allocate(KvcCodec.FIXED_BYTES));
        }
    }

    /** The same, in a directory that may be held open, through a buffer of at least 52 bytes. */
    @Nullable
    Entry entry(FileDirectory directory, Namespace namespace, FileNames.Parsed name, ByteBuffer buffer)
            throws IOException {
        return entry(directory, directory.name(name.name()), namespace, name, buffer);
    }

    /**
     * The same for one of many.
     *
     * @param directory where it is: that of {@code namespace}
     * @param fileName {@code name} as the file system has it
     * @param buffer at least 52 bytes, for reuse
     */
    @Nullable
    Entry entry(FileDirectory directory, Path fileName, Namespace namespace, FileNames.Parsed name, ByteBuffer buffer)
            throws IOException {
        long now = clock.millis(); // before the look: what is cut then may be whole by the time that it is judged
        FileStat stat = directory.stat(fileName);
        if (stat == null || !stat.isRegular()) {
            return null;
        }
        SnapshotId id = new SnapshotId(namespace, keyOf(name));
        @Nullable String otherName = name.otherName();
        if (name.kind() == FileNames.Kind.SET_ASIDE) {
            return new Entry(id, Entry.Kind.SET_ASIDE, stat, null);
        }
        try (FileChannel channel = directory.openForReading(fileName)) {
            Layout layout = layout(channel, stat.size(), buffer);
            return new Entry(id, layout.header(), layout, stat.shortKey(), otherName);
        } catch (NoSuchFileException e) {
            return null;
        } catch (KvcFormatException e) {
            return new Entry(id, kind(e, stat, now), stat, otherName);
        } catch (AccessDeniedException e) {
            return new Entry(id, Entry.Kind.UNREADABLE, stat, otherName);
        } catch (ClosedChannelException e) {
            throw e; // this thread was interrupted: that says nothing of the file
        } catch (IOException e) {
            return new Entry(id, Entry.Kind.UNDECIDED, stat, otherName);
        }
    }

    private Layout layout(FileChannel channel, long fileBytes, ByteBuffer buffer) throws IOException {
        buffer.clear().limit((int) Math.min(KvcCodec.FIXED_BYTES, fileBytes));
        ReaderAt.of(channel).readFully(buffer, 0, "the header", ANY_FILE);
        return KvcCodec.decodeLayout(buffer.flip(), fileBytes, maxTextBytes, ANY_FILE);
    }

    /** What a file is that breaks a rule of the format. */
    Entry.Kind kind(KvcFormatException e, FileStat stat) {
        return kind(e, stat, clock.millis());
    }

    private static Entry.Kind kind(KvcFormatException e, FileStat stat, long now) {
        return switch (e.kind()) {
            case TRUNCATED -> isArriving(stat, now) ? Entry.Kind.UNDECIDED : Entry.Kind.UNREADABLE;
            case UNSUPPORTED_VERSION, TEXT_TOO_LARGE, KEY_MISMATCH -> Entry.Kind.OTHER_VERSION;
            case BAD_MAGIC, PAYLOAD_TOO_LARGE, CHECKSUM_MISMATCH -> Entry.Kind.UNREADABLE;
        };
    }

    /** Whether a file is so young that somebody may still be copying it in. */
    boolean isArriving(FileStat stat) {
        return isArriving(stat, clock.millis());
    }

    private static boolean isArriving(FileStat stat, long now) {
        return Math.abs(now - stat.modifiedMillis()) < ARRIVING_MILLIS;
    }
}
