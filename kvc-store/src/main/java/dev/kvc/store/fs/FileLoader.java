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
        @Nullable Found expected = known == null ? null : tryOpenKnown(known, path, options);
        if (expected != null) {
            return expected;
        }
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Candidate> candidate = tryOpen(id, path);
            if (candidate.isPresent()) {
                return read(candidate.get(), path, options);
            }
        }
        return read(openUndisturbed(id, path), path, options);
    }

    /** An open file, and what its name said of it. */
    private record Candidate(StoreFiles.Opened opened, FileStat stat) {}

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
     * Opens a file that is expected to be as the index knows it, without a look at its name. A look costs as much as to
     * read a small file; and once a file has been looked at, the next hit that is written must store another time.
     * {@code null} if the file is not as expected or is damaged, which a closer look tells.
     */
    private @Nullable Found tryOpenKnown(Entry known, Path path, LoadOptions options)
            throws IOException, MissException {
        if (quarantine.hasRefused(known.id) || !files.isWhereItSeems(path)) {
            return null;
        }
        @Nullable FileChannel channel = files.tryOpenForWriting(path);
        if (channel == null) {
            return null;
        }
        @Nullable Found found = null;
        try {
            found = read(new StoreFiles.Opened(channel, true), known.file(), known, path.toString(), options);
        } catch (IOException e) {
            if (!channel.isOpen()) {
                throw e; // this thread was interrupted: that says nothing of the file
            }
            LOG.log(System.Logger.Level.DEBUG, () -> path + " is not as it is known; it is looked at again", e);
        } finally {
            if (found == null) {
                channel.close();
            }
        }
        return found;
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
        } else if (quarantine.isRefused(id, stat.identity())) {
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

    private StoreFiles.Opened openFile(Path path) throws IOException, MissException {
        try {
            return files.openFile(path);
        } catch (NoSuchFileException e) {
            throw new MissException(MissReason.ABSENT);
        } catch (AccessDeniedException e) {
            throw new MissException(MissReason.UNREADABLE);
        }
    }

    private Found read(Candidate candidate, Path path, LoadOptions options)
            throws IOException, MissException, DamagedException {
        FileChannel channel = candidate.opened.channel();
        boolean staysOpen = false;
        try {
            Found found = read(candidate.opened, candidate.stat.identity(), null, path.toString(), options);
            staysOpen = true;
            return found;
        } catch (KvcFormatException e) {
            staysOpen = true;
            throw new DamagedException(channel, candidate.stat, e);
        } finally {
            if (!staysOpen) {
                channel.close();
            }
        }
    }

    /**
     * Reads a file.
     *
     * @param known what it must be, if that is known
     * @throws IOException also if it is not that
     */
    private Found read(
            StoreFiles.Opened opened, FileIdentity identity, @Nullable Entry known, String source, LoadOptions options)
            throws IOException, MissException {
        long wanted = known == null ? FileHead.MAX_BYTES : KvcCodec.FIXED_BYTES + (long) known.textBytes;
        FileHead head = FileHead.read(opened.channel(), identity.bytes(), wanted, source);
        boolean isKept = false;
        try {
            Layout layout = KvcCodec.decodeLayout(head.bytes(), identity.bytes(), settings.maxTextBytes(), source);
            if (known != null && (!head.endsAsSaid() || !known.isDescribedBy(layout))) {
                throw new IOException(source + " is not the file that had that name");
            }
            ByteBuffer text = FileEnds.text(ReaderAt.of(opened.channel()), layout, head.bytes(), source);
            OpenFile file = new OpenFile(
                    opened.channel(), opened.writable(), identity, known != null, head, layout, text, source);
            Found found = read(file, options);
            isKept = head.isAll();
            return found;
        } finally {
            if (!isKept) {
                head.close();
            }
        }
    }

    private Found read(OpenFile file, LoadOptions options) throws IOException, MissException {
        KvcHeader raw = file.layout().header();
        if (settings.isExpired(raw.createdUnix(), raw.lastUsedUnix())) {
            throw new MissException(MissReason.EXPIRED);
        }
        Tail tail = FileEnds.tail(file.reader(), file.layout(), options.verify(), file.source());
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
                new BlockVerifier(file.reader(), file.layout(), tail.footer().get(), workers, file.source());
        return new Found(file, header, tail, Verification.VERIFIED, verifyPayload(file, verifier, options.keepBytes()));
    }

    /** Verifies the payload, and keeps it if its file is no longer than {@code keepBytes}; {@code null} if not. */
    private static @Nullable HeldPayload verifyPayload(OpenFile file, BlockVerifier verifier, long keepBytes)
            throws IOException {
        HeldPayload.@Nullable Room room = file.layout().fileBytes() <= keepBytes ? room(file) : null;
        BlockVerifier.Taker taker = room == null ? (start, block) -> {} : room::put;
        if (file.head().isAll()) {
            ByteBuffer payload = file.payloadInMemory();
            verifier.verify((start, length) -> payload.slice((int) start, length));
            if (payload.hasRemaining()) {
                taker.take(0, payload);
            }
        } else {
            verifier.verifyAll(taker);
        }
        return room == null ? null : room.payload(verifier.checksums());
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
