package dev.kvc.bench;

import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.Durability;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.fs.FileSystemKvStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Saves of one size: to a new name, over an old one, and to the disk. */
final class SaveScenarios {
    /** What stands in front of a payload: header, length and text. */
    private static final int HEAD_BYTES = 52 + Corpus.TEXT_BYTES;

    private SaveScenarios() {}

    static List<Scenario> all() {
        return List.of(
                save("save-16KiB", 16 << 10, 200, 25, Mode.NEW).onlyInFull(),
                save("save-1MiB", 1 << 20, 50, 25, Mode.NEW),
                save("save-64MiB", 64 << 20, 1, 25, Mode.NEW),
                save("save-512MiB", 512 << 20, 1, 5, Mode.NEW),
                save("replace-1MiB", 1 << 20, 50, 9, Mode.REPLACE).onlyInFull(),
                save("replace-64MiB", 64 << 20, 1, 9, Mode.REPLACE).onlyInFull(),
                save("fsync-16KiB", 16 << 10, 5, 15, Mode.FSYNC).onlyInFull(),
                save("fsync-1MiB", 1 << 20, 3, 11, Mode.FSYNC),
                save("fsync-64MiB", 64 << 20, 1, 9, Mode.FSYNC),
                pastCache("past-cache-64MiB", 64 << 20).onlyInFull());
    }

    /** A save goes through much code, which the compiler is at for some thousands of small ones; the disk is slower. */
    private enum Mode {
        NEW(Bare.Flush.NONE, 5),
        REPLACE(Bare.Flush.NONE, 5),
        FSYNC(Bare.Flush.FILE, 3);

        private final Bare.Flush flush;
        private final Duration smallWarmUp;

        Mode(Bare.Flush flush, int smallWarmUpSeconds) {
            this.flush = flush;
            this.smallWarmUp = Duration.ofSeconds(smallWarmUpSeconds);
        }
    }

    private static Scenario save(String name, int bytes, int batch, int rounds, Mode mode) {
        List<Side> sides = new ArrayList<>();
        sides.add(kvc("KVC", bytes, batch, mode, Corpus::direct));
        Side agreeing = kvc("KVC, agreeing buffer", bytes, batch, mode, Corpus::agreeing);
        sides.add(mode == Mode.FSYNC ? agreeing.onlyInFull() : agreeing);
        sides.add(bare("bare CRC + write + rename", bytes, batch, mode, HEAD_BYTES, mode.flush));
        if (mode == Mode.FSYNC) {
            sides.add(bare("bare, names flushed too", bytes, batch, mode, HEAD_BYTES, Bare.Flush.FILE_AND_NAME));
        } else {
            sides.add(bare("bare, nothing in front of the payload", bytes, batch, mode, 0, mode.flush));
            sides.add(Side.plain("replica of the reference", lab -> {
                List<Path> files = files(lab.directory("replica"), batch);
                ByteBuffer payload = Corpus.payload(bytes);
                byte[] text = Corpus.text(0);
                int[] next = {0};
                return fresh(lab, files, mode, () -> Replica.save(files.get(next[0]++ % batch), text, payload));
            }));
        }
        if (bytes <= 64 << 20 && mode == Mode.NEW) {
            Peers.saves(bytes, batch).forEach(peer -> sides.add(peer.onlyInFull()));
        }
        Scenario scenario = Scenario.time(name, rounds, batch, lab -> {}, sides);
        return bytes <= 1 << 20 ? scenario.warmedUpFor(mode.smallWarmUp) : scenario;
    }

    /** Whether a save is slower, and not left in the page cache, where it is written past that. */
    private static Scenario pastCache(String name, int bytes) {
        List<Side> sides = new ArrayList<>();
        for (Mode mode : List.of(Mode.NEW, Mode.FSYNC)) {
            String flush = mode == Mode.FSYNC ? ", fsync" : "";
            sides.add(kvc("KVC" + flush, bytes, 1, mode, Corpus::direct));
            sides.add(kvc("KVC, past the cache" + flush, bytes, 1, mode, Corpus::direct, DataSize.ofBytes(1)));
        }
        return Scenario.time(name, 11, 1, lab -> {}, sides);
    }

    /** The payload stands where it does in a snapshot, behind so many bytes. */
    private static Side bare(String name, int bytes, int batch, Mode mode, int headBytes, Bare.Flush flush) {
        return Side.plain(name, lab -> {
            List<Path> files = files(lab.directory("bare" + headBytes + flush), batch);
            ByteBuffer head = Corpus.payload(headBytes);
            ByteBuffer payload = Corpus.payload(bytes);
            int[] next = {0};
            return fresh(lab, files, mode, () -> Bare.write(files.get(next[0]++ % batch), head, payload, true, flush));
        });
    }

    private static Side kvc(String name, int bytes, int batch, Mode mode, IntFunction<ByteBuffer> buffers) {
        return kvc(name, bytes, batch, mode, buffers, DataSize.ofGibibytes(64));
    }

    private static Side kvc(
            String name, int bytes, int batch, Mode mode, IntFunction<ByteBuffer> buffers, DataSize pastCache) {
        return new Side(name, lab -> {
            FileSystemKvStore store = lab.closing(FileSystemKvStore.builder(lab.directory(name))
                    .budget(DataSize.ofGibibytes(64))
                    .pastCache(pastCache)
                    .open());
            store.openReport();
            List<KvcKey> keys = Corpus.keys(batch);
            List<SnapshotDraft> drafts = new ArrayList<>();
            ByteBuffer payload = Corpus.fill(buffers.apply(bytes));
            for (int i = 0; i < batch; i++) {
                drafts.add(Corpus.draft(i, PayloadSource.of(payload)));
            }
            SaveOptions options =
                    mode == Mode.FSYNC ? SaveOptions.DEFAULT.durability(Durability.FSYNC) : SaveOptions.DEFAULT;
            int[] next = {0};
            Operation save = () -> {
                int at = next[0]++ % batch;
                store.save(keys.get(at), drafts.get(at), options);
            };
            return fresh(lab, files(lab.directory(name), batch), mode, i -> store.remove(keys.get(i)), save);
        });
    }

    private static List<Path> files(Path directory, int count) {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            files.add(Corpus.file(directory, i));
        }
        return files;
    }

    private static Operation fresh(Lab lab, List<Path> files, Mode mode, Operation save) throws IOException {
        return fresh(lab, files, mode, i -> Files.delete(files.get(i)), save);
    }

    /** Removes the name of a file. */
    private interface Removal {
        void remove(int index) throws IOException;
    }

    /** {@code save}, with all files removed before each round unless it is to replace them. */
    private static Operation fresh(Lab lab, List<Path> files, Mode mode, Removal removal, Operation save)
            throws IOException {
        if (mode == Mode.REPLACE) {
            return save;
        }
        Leftovers leftovers = lab.leftovers();
        return Operation.of(
                () -> {
                    for (int i = 0; i < files.size(); i++) {
                        int index = i;
                        leftovers.remove(files.get(i), () -> removal.remove(index));
                    }
                },
                save);
    }
}
