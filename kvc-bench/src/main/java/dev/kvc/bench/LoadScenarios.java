package dev.kvc.bench;

import dev.kvc.format.KvcKey;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.Mapping;
import dev.kvc.store.Snapshot;
import dev.kvc.store.fs.FileSystemKvStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Loads of one size from the page cache: mapped, and into the caller's buffer. */
final class LoadScenarios {
    private static final String REFERENCE = "replica of the reference";
    private static final long PAYLOAD_AT = 52 + Corpus.TEXT_BYTES;

    private LoadScenarios() {}

    static List<Scenario> all() {
        return List.of(
                small(
                                "load-16KiB",
                                16 << 10,
                                32,
                                2_000,
                                "bare map + CRC",
                                "KVC, verified on read",
                                "KVC, verified on map")
                        .warmedUpFor(Duration.ofSeconds(3)),
                small("load-1MiB", 1 << 20, 8, 100, REFERENCE).warmedUpFor(Duration.ofSeconds(2)),
                map("map-64MiB", 64 << 20, 25),
                map("map-512MiB", 512 << 20, 7),
                read("read-64MiB", 64 << 20, Corpus::direct),
                read("read-64MiB-agreeing", 64 << 20, Corpus::agreeing).onlyInFull(),
                fill("fill-64MiB", 64 << 20, Corpus::direct),
                fill("fill-64MiB-agreeing", 64 << 20, Corpus::agreeing).onlyInFull(),
                cold("load-64MiB-cold", 64 << 20).onlyInFull());
    }

    /** Makes a buffer of the caller's. */
    private interface Buffers {
        ByteBuffer of(int bytes);
    }

    /** Small ones, with peers and {@code extras} as sides that no target needs. */
    private static Scenario small(String name, int bytes, int count, int batch, String... extras) {
        List<Side> sides = new ArrayList<>();
        sides.add(readVerified("KVC", bytes, count, LoadOptions.DEFAULT, Corpus::agreeing));
        sides.add(readVerified(
                "KVC, verified on read", bytes, count, LoadOptions.DEFAULT.verify(Verify.ON_READ), Corpus::agreeing));
        sides.add(mapped("KVC, verified on map", count));
        sides.add(bare("bare read + CRC", bytes, count, Corpus::agreeing, Bare::read, true));
        sides.add(Side.plain("bare map + CRC", lab -> {
            List<Path> files = files(lab, count);
            int[] next = {0};
            return () -> Bare.map(files.get(next[0]++ % count), PAYLOAD_AT, bytes, true);
        }));
        sides.add(replica(count));
        Peers.loads(bytes, count).forEach(peer -> sides.add(peer.onlyInFull()));
        sides.replaceAll(side -> List.of(extras).contains(side.name()) ? side.onlyInFull() : side);
        return Scenario.time(name, 21, batch, lab -> save(lab, bytes, count), sides);
    }

    private static Scenario map(String name, int bytes, int rounds) {
        return Scenario.time(
                        name,
                        rounds,
                        1,
                        lab -> save(lab, bytes, 1),
                        List.of(
                                mapped("KVC, verified on map", 1),
                                mapped("KVC, verified on load", 1, LoadOptions.DEFAULT),
                                Side.plain("bare map + CRC", lab -> {
                                    Path file = files(lab, 1).get(0);
                                    return () -> Bare.map(file, PAYLOAD_AT, bytes, true);
                                }),
                                replica(1)))
                .withJvm("-Xmx512m", "-XX:MaxDirectMemorySize=4g");
    }

    private static Scenario read(String name, int bytes, Buffers buffers) {
        return Scenario.time(
                name,
                25,
                1,
                lab -> save(lab, bytes, 1),
                List.of(
                        readVerified(
                                "KVC, verified on read", bytes, 1, LoadOptions.DEFAULT.verify(Verify.ON_READ), buffers),
                        readVerified("KVC, verified on load", bytes, 1, LoadOptions.DEFAULT, buffers)
                                .onlyInFull(),
                        bare("bare read + CRC", bytes, 1, buffers, Bare::read, true),
                        bare("bare map, copy + CRC", bytes, 1, buffers, Bare::mapAndCopy, true),
                        replica(1)));
    }

    private static Scenario fill(String name, int bytes, Buffers buffers) {
        List<Side> sides = new ArrayList<>();
        sides.add(readVerified("KVC, unverified", bytes, 1, LoadOptions.DEFAULT.verify(Verify.NEVER), buffers));
        sides.add(bare("bare read", bytes, 1, buffers, Bare::read, false));
        sides.add(bare("bare map, copy", bytes, 1, buffers, Bare::mapAndCopy, false));
        sides.addAll(Peers.loads(bytes, 1));
        return Scenario.time(name, 25, 1, lab -> save(lab, bytes, 1), sides);
    }

    /** After the page cache has been dropped, where that is permitted; otherwise one more warm run. */
    private static Scenario cold(String name, int bytes) {
        Side kvc = mapped("KVC, verified on map", 1);
        return Scenario.time(
                name,
                5,
                1,
                lab -> save(lab, bytes, 1),
                List.of(
                        new Side(kvc.name(), lab -> {
                            Operation load = kvc.opening().open(lab);
                            return Operation.of(PageCache::drop, load);
                        }),
                        Side.plain("bare read + CRC", lab -> {
                            Path file = files(lab, 1).get(0);
                            ByteBuffer buffer = Corpus.agreeing(Bare.BLOCK);
                            return Operation.of(PageCache::drop, () -> {
                                for (long at = 0; at < bytes; at += Bare.BLOCK) {
                                    Bare.read(file, PAYLOAD_AT + at, buffer, true);
                                }
                            });
                        }),
                        Side.plain(REFERENCE, lab -> {
                            Path file = files(lab, 1).get(0);
                            return Operation.of(PageCache::drop, () -> Replica.load(file));
                        })));
    }

    private static void save(Lab lab, int bytes, int count) throws Exception {
        Corpus.save(lab.directory("kvc"), count, Corpus.payload(bytes));
    }

    private static List<Path> files(Lab lab, int count) throws Exception {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            files.add(Corpus.file(lab.directory("kvc"), i));
        }
        return files;
    }

    private static Side mapped(String name, int count) {
        return mapped(name, count, LoadOptions.DEFAULT.verify(Verify.ON_READ));
    }

    private static Side mapped(String name, int count, LoadOptions options) {
        return new Side(name, lab -> {
            FileSystemKvStore store = lab.closing(Corpus.open(lab.directory("kvc")));
            List<KvcKey> keys = Corpus.keys(count);
            int[] next = {0};
            return () -> {
                try (Snapshot snapshot =
                                store.load(keys.get(next[0]++ % count), options).orElseThrow();
                        Mapping mapping = snapshot.payload().map()) {
                    mapping.slices();
                }
            };
        });
    }

    private static Side readVerified(String name, int bytes, int count, LoadOptions options, Buffers buffers) {
        return new Side(name, lab -> {
            FileSystemKvStore store = lab.closing(Corpus.open(lab.directory("kvc")));
            List<KvcKey> keys = Corpus.keys(count);
            ByteBuffer buffer = Corpus.fill(buffers.of(bytes));
            int[] next = {0};
            return () -> {
                try (Snapshot snapshot =
                        store.load(keys.get(next[0]++ % count), options).orElseThrow()) {
                    snapshot.payload().readFully(buffer.clear(), 0);
                }
            };
        });
    }

    /** A bare way to fill a buffer. */
    private interface BareFill {
        long fill(Path file, long offset, ByteBuffer buffer, boolean check) throws Exception;
    }

    private static Side bare(String name, int bytes, int count, Buffers buffers, BareFill fill, boolean check) {
        return Side.plain(name, lab -> {
            List<Path> files = files(lab, count);
            ByteBuffer buffer = Corpus.fill(buffers.of(bytes));
            int[] next = {0};
            return () -> fill.fill(files.get(next[0]++ % count), PAYLOAD_AT, buffer, check);
        });
    }

    private static Side replica(int count) {
        return Side.plain(REFERENCE, lab -> {
            List<Path> files = files(lab, count);
            int[] next = {0};
            return () -> Replica.load(files.get(next[0]++ % count));
        });
    }
}
