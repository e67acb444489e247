package dev.kvc.store.fs;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcFormatException;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.Layout;
import dev.kvc.format.ReaderAt;
import dev.kvc.format.Tail;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.MissReason;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.Verification;
import dev.kvc.store.internal.BlockBuffers;
import dev.kvc.store.internal.BlockVerifier;
import dev.kvc.store.internal.BlockWorkers;
import dev.kvc.store.internal.FileEnds;
import dev.kvc.store.internal.HeldPayload;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Opens a snapshot's file and finds out whether it may be served: lengths against the file's size, header and text in
 * one read, then as much verification as was asked for. Needs no index, so that exact loads work while one is built.
 */
final class FileLoader {
    private static final System.Logger LOG = System.getLogger("dev.kvc.store.fs");
    private static final int FIRST_READ_BYTES = 64 << 10;
    private static final int ATTEMPTS = 3;

    private final FileStoreSettings settings;
    private final StoreFiles files;
    private final SharedDirectory shared;
    private final Quarantine quarantine;
    private final BlockWorkers workers;

    FileLoader(
            FileStoreSettings settings,
            StoreFiles files,
            SharedDirectory shared,
            Quarantine quarantine,
            BlockWorkers workers) {
        this.settings = settings;
        this.files = files;
        this.shared = shared;
        this.quarantine = quarantine;
        this.workers = workers;
    }

    /**
     * What a load found in a file that may be served; the channel is open.
     *
     * @param keptOrNull the payload, if it was kept in memory when it was verified
     */
    record Found(
            OpenFile file,
            KvcHeader header,
            Tail tail,
            Verification verification,
            @Nullable HeldPayload keptOrNull) {
        SnapshotInfo info(SnapshotId id, KvcHeader shown) {
            return new SnapshotInfo(
                    id, shown, file.layout().textBytes(), file.layout().fileBytes());
        }

        /** Whether the header was read just now: no long reading of a payload has come since. */
        boolean isJustRead() {
            return verification != Verification.VERIFIED || file.payloadBytes() <= BlockBuffers.BYTES;
        }
    }

    /**
     * A file that breaks a rule of the format, and what it was when it did. Who catches it closes it, after the file
     * has been set aside: as long as it is open, no other file can have its key.
     */
    static final class DamagedException extends Exception implements Closeable {
        private static final long serialVersionUID = 1L;

        private final transient FileChannel channel;
        private final transient FileStat stat;
        private final KvcFormatException cause;

        DamagedException(FileChannel channel, FileStat stat, KvcFormatException cause) {
            super(cause);
            this.channel = channel;
            this.stat = stat;
            this.cause = cause;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }

        FileStat stat() {
            return stat;
        }

        KvcFormatException format() {
            return cause;
        }
    }

    /**
     * Opens the file.
     *
     * @param known what the index knows of it, or {@code null}
     * @throws MissException if there is no such file, it may not be opened, or the options refuse it
     * @throws DamagedException if it breaks a rule of the format
     */
    Found open(SnapshotId id, Path path, @Nullable Entry known, LoadOptions options)
            throws IOException, MissException, DamagedException {
        Optional<Candidate> expected = known == null ? Optional.empty() : tryOpenKnown(known, path);
        if (expected.isPresent()) {
            return read(expected.get(), path, options);
        }
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Candidate> candidate = tryOpen(id, path);
            if (candidate.isPresent()) {
                return read(candidate.get(), path, options);
            }
        }
        return read(openUndisturbed(id, path), path, options);
    }

    /**
     * An open file, and what its name said of it.
     *
     * @param headBytes how much of it to read first
     */
    private record Candidate(StoreFiles.Opened opened, FileStat stat, int headBytes) {
        Candidate(StoreFiles.Opened opened, FileStat stat) {
            this(opened, stat, FIRST_READ_BYTES);
        }
    }

    /** Opens a file that is replaced again and again: the threads of this process wait until it is open. */
    private Candidate openUndisturbed(SnapshotId id, Path path) throws IOException, MissException {
        ReentrantLock publishing = shared.publishing(id);
        publishing.lock();
        try {
            return tryOpen(id, path).orElseThrow(() -> new MissException(MissReason.INCOMPLETE));
        } finally {
            publishing.unlock();
        }
    }

    /**
     * Opens a file that is expected to be as the index knows it, without a look at it before: empty if it is not, for
     * whatever reason, which a closer look may tell.
     */
    private Optional<Candidate> tryOpenKnown(Entry known, Path path) throws IOException {
        @Nullable FileChannel channel = files.tryOpenForWriting(path);
        if (channel == null) {
            return Optional.empty();
        }
        @Nullable Candidate candidate = null;
        try {
            FileStat stat = files.stat(path);
            if (stat != null && known.isFile(stat) && !quarantine.isRefused(known.id, stat)) {
                candidate = new Candidate(new StoreFiles.Opened(channel, true), stat, headBytes(known));
            }
            return Optional.ofNullable(candidate);
        } finally {
            if (candidate == null) {
                channel.close();
            }
        }
    }

    /** All of a small file, and of a large one no more than its header and text. */
    private static int headBytes(Entry known) {
        boolean isSmall = known.bytes <= FIRST_READ_BYTES;
        return (int) Math.min(FIRST_READ_BYTES, isSmall ? known.bytes : KvcCodec.FIXED_BYTES + (long) known.textBytes);
    }

    /**
     * Empty if the name has been given to another file, or the file has grown, since it was looked at: then what the
     * name said is not known to be of the file that is open.
     */
    private Optional<Candidate> tryOpen(SnapshotId id, Path path) throws IOException, MissException {
        FileStat stat = files.stat(path);
        if (stat == null) {
            throw new MissException(MissReason.ABSENT);
        } else if (!stat.isRegular()) {
            throw new MissException(MissReason.UNREADABLE);
        } else if (quarantine.isRefused(id, stat)) {
            throw new MissException(MissReason.CORRUPT);
        }
        StoreFiles.Opened opened = openFile(path);
        boolean same = false;
        try {
            same = stat.isSameFile(FileStat.of(path));
            return same ? Optional.of(new Candidate(opened, stat)) : Optional.empty();
        } finally {
            if (!same) {
                opened.channel().close();
            }
        }
    }

    private Found read(Candidate candidate, Path path, LoadOptions options)
            throws IOException, MissException, DamagedException {
        FileChannel channel = candidate.opened.channel();
        boolean staysOpen = false;
        try {
            Found result = read(candidate, path.toString(), options);
            staysOpen = true;
            return result;
        } catch (KvcFormatException e) {
            staysOpen = true;
            throw new DamagedException(channel, candidate.stat, e);
        } finally {
            if (!staysOpen) {
                channel.close();
            }
        }
    }

    private StoreFiles.Opened openFile(Path path) throws IOException, MissException {
        try {
            return files.openFile(path);
        } catch (NoSuchFileException e) {
            throw new MissException(MissReason.ABSENT);
        } catch (AccessDeniedException e) {
            throw new MissException(MissReason.UNREADABLE);
        }
    }

    private Found read(Candidate candidate, String source, LoadOptions options) throws IOException, MissException {
        StoreFiles.Opened opened = candidate.opened;
        FileStat stat = candidate.stat;
        try (BlockBuffers.Lease lease = BlockBuffers.lease()) {
            ReaderAt channel = ReaderAt.of(opened.channel());
            ByteBuffer head = lease.buffer().limit((int) Math.min(candidate.headBytes, stat.size()));
            channel.readFully(head, 0, "the header", source);
            head.flip();
            boolean isWhole = head.limit() == stat.size(); // then everything is there after one read
            return read(readPrelude(opened, stat, head, source), isWhole ? ReaderAt.of(head) : channel, options);
        }
    }

    private Found read(OpenFile file, ReaderAt reader, LoadOptions options) throws IOException, MissException {
        KvcHeader raw = file.layout().header();
        if (settings.isExpired(raw.createdUnix(), raw.lastUsedUnix())) {
            throw new MissException(MissReason.EXPIRED);
        }
        Tail tail = FileEnds.tail(reader, file.layout(), options.verify(), file.source());
        if (options.requireVerified() && tail.footer().isEmpty()) {
            throw new MissException(MissReason.UNVERIFIED);
        }
        if (tail.footer().isPresent() && options.verify() != Verify.NEVER) {
            tail.footer().get().verifyText(file.text(), file.source()); // before it is taken for another prompt's
        }
        KvcHeader header = tail.effective(raw);
        Optional<MissReason> refusal =
                options.refusal(header, file.text(), tail.footer().isPresent());
        if (refusal.isPresent()) {
            throw new MissException(refusal.get());
        }
        if (tail.footer().isEmpty() || options.verify() == Verify.NEVER) {
            return new Found(file, header, tail, Verification.UNVERIFIED, null);
        } else if (options.verify() == Verify.ON_READ) {
            return new Found(file, header, tail, Verification.ON_READ, null);
        }
        BlockVerifier verifier =
                new BlockVerifier(reader, file.layout(), tail.footer().get(), workers, file.source());
        return new Found(file, header, tail, Verification.VERIFIED, verifyPayload(file, verifier, options.keepBytes()));
    }

    /** Verifies the payload, and keeps it if its file is no longer than {@code keepBytes}; {@code null} if not. */
    private static @Nullable HeldPayload verifyPayload(OpenFile file, BlockVerifier verifier, long keepBytes)
            throws IOException {
        HeldPayload.@Nullable Room room = file.layout().fileBytes() <= keepBytes ? room(file) : null;
        if (room == null) {
            verifier.verifyAll();
            return null;
        }
        verifier.verifyAll(room::put);
        return room.payload(verifier.checksums());
    }

    /** Header and text: both are in {@code head}, unless the text is long. */
    private OpenFile readPrelude(StoreFiles.Opened opened, FileStat stat, ByteBuffer head, String source)
            throws IOException {
        Layout layout = KvcCodec.decodeLayout(head, stat.size(), settings.maxTextBytes(), source);
        ByteBuffer text = FileEnds.text(ReaderAt.of(opened.channel()), layout, head, source);
        return new OpenFile(opened.channel(), opened.writable(), stat, layout, text, source);
    }

    /** Where the payload is kept; {@code null} where there is no memory for it, and it is loaded as ever. */
    private static HeldPayload.@Nullable Room room(OpenFile file) {
        try {
            return new HeldPayload.Room(file.payloadBytes());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> file.source() + " is not kept in memory", e);
            return null;
        }
    }
}
