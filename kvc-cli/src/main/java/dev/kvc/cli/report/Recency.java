package dev.kvc.cli.report;

import dev.kvc.format.UnixTime;
import dev.kvc.store.SnapshotInfo;

/** How long ago something was, in classes that have a colour each; the first is the latest. */
enum Recency {
    HOUR("last hour", "r0", 3600),
    DAY("last day", "r1", 86_400),
    WEEK("last week", "r2", 7 * 86_400),
    MONTH("last month", "r3", 30 * 86_400),
    EARLIER("earlier", "r4", Long.MAX_VALUE);

    private final String label;
    private final String style;
    private final long withinSeconds;

    Recency(String label, String style, long withinSeconds) {
        this.label = label;
        this.style = style;
        this.withinSeconds = withinSeconds;
    }

    String label() {
        return label;
    }

    /** The class of elements that have its colour. */
    String style() {
        return style;
    }

    /** By the time that eviction ranks it by: one from the future makes nothing young. */
    static Recency ofUse(SnapshotInfo info, long nowUnix) {
        return of(UnixTime.ranked(info.header().lastUsedUnix(), info.header().createdUnix(), nowUnix), nowUnix);
    }

    static Recency ofCreation(SnapshotInfo info, long nowUnix) {
        return of(UnixTime.ranked(info.header().createdUnix(), 0, nowUnix), nowUnix);
    }

    private static Recency of(long thenUnix, long nowUnix) {
        long ago = UnixTime.elapsed(thenUnix, nowUnix);
        for (Recency each : values()) {
            if (ago < each.withinSeconds) {
                return each;
            }
        }
        return EARLIER;
    }
}
