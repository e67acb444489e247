package dev.kvc.store.fs;

import org.jspecify.annotations.Nullable;

/**
 * Tells a file from others that have had its name. Times do not count: every hit moves them.
 *
 * @param bytes its length
 * @param shortKey its file key in four bytes
 */
record FileIdentity(long bytes, int shortKey) {
    /** Whether a name is this file's. */
    boolean isOf(@Nullable FileStat stat) {
        return stat != null && stat.isRegular() && equals(stat.identity());
    }
}
