package dev.kvc.cli.report;

import dev.kvc.cli.text.Units;
import dev.kvc.format.KvcHeader;
import dev.kvc.store.SnapshotInfo;

/** A snapshot in words. */
final class Describe {
    private static final int SHORT_DIGITS = 12;

    private Describe() {}

    /** Namespace and the first digits of the key, which other commands take for it. */
    static String shortKey(SnapshotInfo info) {
        String namespace = info.id().namespace().name();
        return (namespace.isEmpty() ? "" : namespace + "/") + info.key().hex().substring(0, SHORT_DIGITS);
    }

    static String snapshot(SnapshotInfo info, long nowUnix) {
        KvcHeader header = info.header();
        return shortKey(info) + ", " + Units.size(info.storedBytes()) + ", " + header.tokenCount() + " tokens, "
                + Units.count(header.hitCount(), "hit") + ", last used "
                + ago(Units.ago(header.lastUsedUnix(), nowUnix)) + ", saved as "
                + header.saveReason();
    }

    private static String ago(String span) {
        return span.equals("-") ? "at no time" : span + " ago";
    }
}
