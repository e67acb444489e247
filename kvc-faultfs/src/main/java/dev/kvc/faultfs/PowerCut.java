package dev.kvc.faultfs;

import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What a power cut makes of that which was not flushed: of the bytes of each file since it was last flushed, and of
 * each name that was made, given or removed since its directory was. Bytes and names that were flushed stay, whatever
 * else is lost: a disk that lies about flushing, or damages the neighbours of what it writes, is not what this plays.
 *
 * <p>Names go one by one, not in the order in which they were changed, as far as they do not need each other: POSIX
 * promises no order. Not safe for use by several threads.
 */
public final class PowerCut {
    private static final int SECTOR = 512;

    private final Random random;
    private final @Nullable Fate fate;
    private final @Nullable Boolean keepsNames;

    private PowerCut(Random random, @Nullable Fate fate, @Nullable Boolean keepsNames) {
        this.random = random;
        this.fate = fate;
        this.keepsNames = keepsNames;
    }

    /** What becomes of the bytes of one file that were not flushed. */
    public enum Fate {
        /** All of them are there. */
        KEPT,
        /** None: the file is as it was when it was last flushed; empty, if it never was. */
        LOST,
        /** Those up to some offset are there, and none behind it. */
        CUT,
        /** The length is there, but a part by which the file has grown is zero. */
        ZEROED,
        /** All of them, but for one bit. */
        FLIPPED,
        /** Some sectors of 512 bytes are there, and others are as they were before, or zero. */
        SCATTERED
    }

    /** Every file and name by chance; the same seed and the same files give the same outcome. */
    public static PowerCut seeded(long seed) {
        return new PowerCut(new Random(seed), null, null);
    }

    /** The worst that is honest: whatever was not flushed is lost. */
    public static PowerCut losingAll() {
        return seeded(0).withFiles(Fate.LOST).withNames(false);
    }

    /** The same, with one fate for all files; where in them, it leaves to chance. */
    public PowerCut withFiles(Fate fateOfAll) {
        return new PowerCut(random, fateOfAll, keepsNames);
    }

    /** The same, with all names as they are now, or as they were when last flushed. */
    public PowerCut withNames(boolean kept) {
        return new PowerCut(random, fate, kept);
    }

    boolean keepsName() {
        return keepsNames == null ? random.nextBoolean() : keepsNames;
    }

    Fate fate() {
        Fate[] all = Fate.values();
        return fate == null ? all[random.nextInt(all.length)] : fate;
    }

    /**
     * What a file holds afterwards.
     *
     * @param now what it holds
     * @param flushed what it held when it was last flushed
     */
    byte[] outcome(Fate fateOfFile, byte[] now, byte[] flushed) {
        return switch (fateOfFile) {
            case KEPT -> now;
            case LOST -> flushed;
            case CUT -> cut(now, flushed);
            case ZEROED -> zeroed(now, flushed);
            case FLIPPED -> flipped(now, flushed);
            case SCATTERED -> scattered(now, flushed);
        };
    }

    private byte[] cut(byte[] now, byte[] flushed) {
        int at = random.nextInt(now.length + 1);
        byte[] file = Arrays.copyOf(now, Math.max(at, flushed.length));
        if (at < flushed.length) {
            System.arraycopy(flushed, at, file, at, flushed.length - at);
        }
        return file;
    }

    private byte[] zeroed(byte[] now, byte[] flushed) {
        if (now.length <= flushed.length) {
            return now;
        }
        byte[] file = now.clone();
        int from = random.nextInt(flushed.length, now.length);
        int to = random.nextBoolean() ? now.length : random.nextInt(from, now.length) + 1;
        Arrays.fill(file, from, to, (byte) 0);
        return file;
    }

    private byte[] flipped(byte[] now, byte[] flushed) {
        int[] changed = java.util.stream.IntStream.range(0, now.length)
                .filter(i -> i >= flushed.length || now[i] != flushed[i])
                .toArray();
        if (changed.length == 0) {
            return now;
        }
        byte[] file = now.clone();
        file[changed[random.nextInt(changed.length)]] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        return file;
    }

    private byte[] scattered(byte[] now, byte[] flushed) {
        byte[] file = now.clone();
        byte[] before = Arrays.copyOf(flushed, now.length);
        for (int at = 0; at < file.length; at += SECTOR) {
            if (random.nextBoolean()) {
                System.arraycopy(before, at, file, at, Math.min(SECTOR, file.length - at));
            }
        }
        return file;
    }
}
