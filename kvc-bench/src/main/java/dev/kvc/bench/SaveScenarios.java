package dev.kvc.bench;

import dev.kvc.format.KvcKey;
import dev.kvc.store.Durability;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.fs.FileSystemKvStore;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Saves of one size: to a new name, over an old one, and to the disk. */
final class SaveScenarios {
    private SaveScenarios() {}

    static List<Scenario> all() {
        return List.of(
                save("save-16KiB", 16 << 10, 20, 25, Mode.NEW).onlyInFull(),
                save("save-1MiB", 1 << 20, 10, 31, Mode.NEW),
                save("save-64MiB", 64 << 20, 1, 31, Mode.NEW),
                save("save-512MiB", 512 << 20, 1, 9, Mode.NEW),
                save("replace-1MiB", 1 << 20, 10, 9, Mode.REPLACE).onlyInFull(),
                save("replace-64MiB", 64 << 20, 1, 9, Mode.REPLACE).onlyInFull(),
                save("fsync-16KiB", 16 << 10, 5, 15, Mode.FSYNC).onlyInFull(),
                save("fsync-1MiB", 1 << 20, 3, 15, Mode.FSYNC),
                save("fsync-64MiB", 64 << 20, 1, 11, Mode.FSYNC));
    }

    private enum Mode {
        NEW,
        REPLACE,
        FSYNC
    }

    private static Scenario save(String name, int bytes, int batch, int rounds, Mode mode) {
        List<Side> sides = new ArrayList<>();
        sides.add(kvc(bytes, batch, mode));
        sides.add(new Side("bare CRC + write + rename", lab -> {
            List<Path> files = files(lab.directory("bare"), batch);
            ByteBuffer payload = Corpus.payload(bytes);
            int[] next = {0};
            return fresh(files, mode, () -> Bare.write(files.get(next[0]++ % batch), payload, mode == Mode.FSYNC));
        }));
        if (mode != Mode.FSYNC) {
            sides.add(new Side("replica of the reference", lab -> {
                List<Path> files = files(lab.directory("replica"), batch);
                ByteBuffer payload = Corpus.payload(bytes);
                byte[] text = Corpus.text(0);
                int[] next = {0};
                return fresh(files, mode, () -> Replica.save(files.get(next[0]++ % batch), text, payload));
            }));
        }
        if (bytes <= 64 << 20 && mode == Mode.NEW) {
            sides.addAll(Peers.saves(bytes, batch));
        }
        return Scenario.time(name, rounds, batch, lab -> {}, sides);
    }

    private static Side kvc(int bytes, int batch, Mode mode) {
        return new Side("KVC", lab -> {
            Path directory = lab.directory("kvc");
            FileSystemKvStore store = lab.closing(Corpus.open(directory));
            List<KvcKey> keys = new ArrayList<>();
            List<SnapshotDraft> drafts = new ArrayList<>();
            ByteBuffer payload = Corpus.payload(bytes);
            for (int i = 0; i < batch; i++) {
                keys.add(Corpus.key(i));
                drafts.add(Corpus.draft(i, PayloadSource.of(payload)));
            }
            SaveOptions options =
                    mode == Mode.FSYNC ? SaveOptions.DEFAULT.durability(Durability.FSYNC) : SaveOptions.DEFAULT;
            int[] next = {0};
            Operation save = () -> {
                int at = next[0]++ % batch;
                store.save(keys.get(at), drafts.get(at), options);
            };
            Operation remove = () -> {
                for (KvcKey key : keys) {
                    store.remove(key);
                }
            };
            return mode == Mode.REPLACE ? save : Operation.of(remove, save);
        });
    }

    private static List<Path> files(Path directory, int count) {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            files.add(Corpus.file(directory, i));
        }
        return files;
    }

    private static Operation fresh(List<Path> files, Mode mode, Operation save) {
        if (mode == Mode.REPLACE) {
            return save;
        }
        return Operation.of(
                () -> {
                    for (Path file : files) {
                        Files.deleteIfExists(file);
                    }
                },
                save);
    }
}
