package dev.kvc.cli.report;

import dev.kvc.store.SnapshotInfo;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Sums over classes of snapshots. */
final class Classes<K extends Comparable<K>> {
    private final Function<SnapshotInfo, K> classOf;
    private final Map<K, Sum> sums = new TreeMap<>();

    /** Snapshots, their bytes, their hits, and the bytes of those that were never hit. */
    record Sum(long count, long bytes, long hits, long neverHitBytes) {
        private static final Sum NONE = new Sum(0, 0, 0, 0);

        private static Sum of(SnapshotInfo info) {
            long hits = info.header().hitCount();
            return new Sum(1, info.storedBytes(), hits, hits == 0 ? info.storedBytes() : 0);
        }

        private Sum plus(Sum more) {
            return new Sum(
                    count + more.count, bytes + more.bytes, hits + more.hits, neverHitBytes + more.neverHitBytes);
        }
    }

    Classes(Function<SnapshotInfo, K> classOf) {
        this.classOf = classOf;
    }

    void add(SnapshotInfo info) {
        sums.merge(classOf.apply(info), Sum.of(info), Sum::plus);
    }

    Sum get(K key) {
        return sums.getOrDefault(key, Sum.NONE);
    }

    /** Those that are not empty, in order. */
    void forEach(BiConsumer<K, Sum> action) {
        sums.forEach(action);
    }
}
