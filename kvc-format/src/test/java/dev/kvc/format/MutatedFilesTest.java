package dev.kvc.format;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The golden files, changed at random many thousand times: the short run of what {@link DecoderFuzzTest} does. */
final class MutatedFilesTest {
    private static final long SEED = Long.getLong("kvc.seed", System.nanoTime());
    private static final int RUNS = 40_000;
    private static final long[] EDGES = {
        0, 1, 40, 48, 52, 64, 255, 256, 0x7FFF_FFFF, 0x8000_0000L, 0xFFFF_FFFFL, Long.MAX_VALUE, Long.MIN_VALUE, -1
    };

    private final Random random = new Random(SEED);
    private final List<byte[]> corpus = FuzzTargets.corpus().toList();

    static List<Named<Consumer<byte[]>>> targets() {
        return List.of(
                Named.of("file", FuzzTargets::file),
                Named.of("header", FuzzTargets::header),
                Named.of("trailer", FuzzTargets::trailer),
                Named.of("footer", MutatedFilesTest::footer));
    }

    /** Asks for any of the ways to mend the footer, the same one for the same file. */
    private static void footer(byte[] file) {
        byte[] asking = SampleFile.concat(new byte[] {(byte) Arrays.hashCode(file), (byte) file.length}, file);
        FuzzTargets.footer(asking);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void changedFileIsReadOrRefused(Consumer<byte[]> target) {
        for (int run = 0; run < RUNS; run++) {
            byte[] file = corpus.get(random.nextInt(corpus.size())).clone();
            for (int changes = random.nextInt(6); changes >= 0; changes--) {
                file = changed(file);
            }
            try {
                target.accept(file);
            } catch (RuntimeException | Error e) {
                throw new AssertionError(
                        "seed " + SEED + ", run " + run + ": " + HexFormat.of().formatHex(file), e);
            }
        }
    }

    private byte[] changed(byte[] file) {
        if (file.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int at = random.nextInt(file.length);
        switch (random.nextInt(6)) {
            case 0 -> file[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> file[at] = (byte) random.nextInt();
            case 2 -> put(file, at, EDGES[random.nextInt(EDGES.length)], random.nextBoolean() ? 4 : 8);
            case 3 -> {
                return Arrays.copyOf(file, at);
            }
            case 4 -> {
                return Arrays.copyOf(file, file.length + random.nextInt(100));
            }
            default -> {
                return spliced(file, at, corpus.get(random.nextInt(corpus.size())));
            }
        }
        return file;
    }

    private static void put(byte[] file, int at, long value, int width) {
        for (int i = 0; i < width && at + i < file.length; i++) {
            file[at + i] = (byte) (value >>> (8 * i));
        }
    }

    private byte[] spliced(byte[] file, int at, byte[] other) {
        int from = random.nextInt(other.length + 1);
        byte[] both = Arrays.copyOf(file, at + other.length - from);
        System.arraycopy(other, from, both, at, other.length - from);
        return both;
    }
}
