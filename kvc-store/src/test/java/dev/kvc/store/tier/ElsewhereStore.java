package dev.kvc.store.tier;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcFormatException;
import dev.kvc.format.KvcKey;
import dev.kvc.format.ReaderAt;
import dev.kvc.store.Capability;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.MissReason;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreStats;
import dev.kvc.store.spi.Answer;
import dev.kvc.store.spi.FileImage;
import dev.kvc.store.spi.ImageReader;
import dev.kvc.store.spi.StoreReport;
import dev.kvc.store.spi.StoredImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** A store as one over a network is: whole files somewhere else, of which it counts what is fetched. */
final class ElsewhereStore implements KvStore {
    final Map<KvcKey, byte[]> files = new ConcurrentHashMap<>();
    final AtomicLong fetched = new AtomicLong();

    private final StoreReport report = new StoreReport("elsewhere", List.of());
    private final ImageReader reader = new ImageReader(1 << 20, 2, KvcCodec.DEFAULT_MAX_TEXT_BYTES, 0);
    private volatile Hook beforeFetch = () -> {};
    private volatile Hook beforeSave = () -> {};

    /** Runs inside of a fetch or a save. */
    @FunctionalInterface
    interface Hook {
        void run() throws IOException;
    }

    void beforeEachFetch(Hook hook) {
        beforeFetch = hook;
    }

    void beforeEachSave(Hook hook) {
        beforeSave = hook;
    }

    @Override
    public SaveResult save(KvcKey key, SnapshotDraft draft, SaveOptions options) throws IOException {
        beforeSave.run();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        FileImage.of(draft, 0).writeTo(Channels.newChannel(file));
        files.put(key, file.toByteArray());
        return SaveResult.of(SaveResult.Outcome.STORED, file.size());
    }

    @Override
    public Optional<Snapshot> load(KvcKey key, LoadOptions options) throws IOException {
        return report.load(id(key), options, () -> find(key, options));
    }

    private Answer find(KvcKey key, LoadOptions options) throws IOException {
        byte[] file = files.get(key);
        if (file == null) {
            return Answer.missed(MissReason.ABSENT);
        }
        try {
            StoredImage image = reader.open(new Fetching(file), options.verify(), key.toString());
            return Answer.found(image.snapshot(info(key, image), options.verify(), () -> files.remove(key, file)));
        } catch (KvcFormatException e) {
            files.remove(key, file);
            report.setAside(new SnapshotId(namespace(), key), e);
            return Answer.missed(MissReason.CORRUPT);
        }
    }

    private SnapshotInfo info(KvcKey key, StoredImage image) {
        return new SnapshotInfo(id(key), image.header(), image.text().remaining(), image.bytes());
    }

    private final class Fetching implements ReaderAt {
        private final ReaderAt bytes;

        Fetching(byte[] file) {
            this.bytes = ReaderAt.of(ByteBuffer.wrap(file));
        }

        @Override
        public long size() throws IOException {
            return bytes.size();
        }

        @Override
        public int read(ByteBuffer dst, long position) throws IOException {
            beforeFetch.run();
            int count = bytes.read(dst, position);
            fetched.addAndGet(Math.max(0, count));
            return count;
        }
    }

    @Override
    public Optional<SnapshotInfo> stat(KvcKey key) throws IOException {
        byte[] file = files.get(key);
        return file == null
                ? Optional.empty()
                : Optional.of(info(
                        key, reader.open(ReaderAt.of(ByteBuffer.wrap(file)), LoadOptions.Verify.NEVER, "elsewhere")));
    }

    @Override
    public boolean remove(KvcKey key) {
        return files.remove(key) != null;
    }

    @Override
    public Stream<SnapshotInfo> list() {
        return Stream.empty();
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(Capability.REMOTE);
    }

    @Override
    public StoreStats stats() {
        return report.stats(files.size(), 0, Long.MAX_VALUE);
    }

    @Override
    public void close() {
        reader.close();
    }
}
