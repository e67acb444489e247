package dev.kvc.cli;

import dev.kvc.format.UnixTime;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.fs.EvictionPlan;
import dev.kvc.store.fs.OpenReport;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Sums over snapshots, as a whole and in groups. For one thread. */
final class Census {
    private static final long HOUR = 3600;
    private static final long DAY = 24 * HOUR;

    private final long nowUnix;
    private final Map<String, Sum> byNamespace = new TreeMap<>();
    private final Map<String, Sum> byReason = new TreeMap<>();
    private final Map<String, Sum> byModel = new TreeMap<>();
    private final Map<String, Sum> byAge = inOrder("last hour", "last day", "last week", "last month", "earlier");
    private final Map<String, Sum> byHits = inOrder("0", "1", "2-9", "10-99", "100+");
    private Sum all = Sum.NONE;

    Census(long nowUnix) {
        this.nowUnix = nowUnix;
    }

    /**
     * Snapshots together.
     *
     * @param count how many
     * @param bytes their files' bytes
     * @param tokens tokens that they cover
     * @param hits loads that found them
     * @param neverHitBytes bytes of those that no load has found
     */
    record Sum(long count, long bytes, long tokens, long hits, long neverHitBytes) {
        static final Sum NONE = new Sum(0, 0, 0, 0, 0);

        static Sum of(SnapshotInfo info) {
            long hits = info.header().hitCount();
            return new Sum(1, info.storedBytes(), info.header().tokenCount(), hits, hits == 0 ? info.storedBytes() : 0);
        }

        Sum plus(Sum more) {
            return new Sum(
                    count + more.count,
                    bytes + more.bytes,
                    tokens + more.tokens,
                    hits + more.hits,
                    neverHitBytes + more.neverHitBytes);
        }
    }

    private static Map<String, Sum> inOrder(String... keys) {
        Map<String, Sum> map = new LinkedHashMap<>();
        for (String key : keys) {
            map.put(key, Sum.NONE);
        }
        return map;
    }

    void add(SnapshotInfo info) {
        Sum sum = Sum.of(info);
        all = all.plus(sum);
        String namespace = info.id().namespace().name();
        byNamespace.merge(namespace.isEmpty() ? "(default)" : namespace, sum, Sum::plus);
        byReason.merge(info.header().saveReason().toString(), sum, Sum::plus);
        byModel.merge("model " + info.header().modelId(), sum, Sum::plus);
        byAge.merge(age(info), sum, Sum::plus);
        byHits.merge(hits(info.header().hitCount()), sum, Sum::plus);
    }

    private String age(SnapshotInfo info) {
        long used = UnixTime.ranked(info.header().lastUsedUnix(), info.header().createdUnix(), nowUnix);
        long age = UnixTime.elapsed(used, nowUnix);
        if (age < HOUR) {
            return "last hour";
        } else if (age < DAY) {
            return "last day";
        }
        return age < 7 * DAY ? "last week" : age < 30 * DAY ? "last month" : "earlier";
    }

    private static String hits(long hits) {
        if (hits < 2) {
            return Long.toString(hits);
        }
        return hits < 10 ? "2-9" : hits < 100 ? "10-99" : "100+";
    }

    Sum all() {
        return all;
    }

    /** Whether these are all snapshots that the directory has. */
    boolean isWhole(OpenReport report) {
        return all.count() == report.snapshots();
    }

    /** By heading, in the order in which they are shown. */
    Map<String, Map<String, Sum>> groups() {
        Map<String, Map<String, Sum>> groups = new LinkedHashMap<>();
        groups.put("NAMESPACE", byNamespace.size() > 1 ? byNamespace : Map.of());
        groups.put("REASON", byReason);
        groups.put("MODEL", byModel);
        groups.put("LAST USED", byAge);
        groups.put("HITS", byHits);
        return groups;
    }

    /** What a group is called in JSON: {@code byLastUsed}. */
    static String jsonName(String heading) {
        StringBuilder name = new StringBuilder("by");
        for (String word : heading.split(" ", -1)) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return name.toString();
    }

    /** The snapshots that would go. */
    static Sum sum(EvictionPlan plan) {
        Sum sum = Sum.NONE;
        for (EvictionPlan.Victim victim : plan.victims()) {
            sum = victim.snapshot().map(Sum::of).orElse(Sum.NONE).plus(sum);
        }
        return sum;
    }
}
