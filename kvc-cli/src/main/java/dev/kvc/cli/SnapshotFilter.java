package dev.kvc.cli;

import dev.kvc.format.KvcHeader;
import dev.kvc.format.UnixTime;
import dev.kvc.store.DataSize;
import dev.kvc.store.SnapshotInfo;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which snapshots are meant; all conditions that are given must hold. */
final class SnapshotFilter {
    @Option(
            names = "--reason",
            paramLabel = "REASON",
            description = "Saved for this reason: cold, continued, evict, shutdown, agent-system, agent-session, …")
    private @Nullable String reason;

    @Option(names = "--model", paramLabel = "ID", description = "Of this model id, 0 to 255, as the header has it.")
    private @Nullable Integer model;

    @Option(
            names = "--min-size",
            paramLabel = "SIZE",
            converter = Converters.Size.class,
            description = "Of at least so many bytes, such as 100MiB.")
    private @Nullable DataSize minSize;

    @Option(
            names = "--max-size",
            paramLabel = "SIZE",
            converter = Converters.Size.class,
            description = "Of at most so many bytes.")
    private @Nullable DataSize maxSize;

    @Option(names = "--min-tokens", paramLabel = "COUNT", description = "That cover at least so many tokens.")
    private long minTokens;

    @Option(
            names = "--idle",
            paramLabel = "DURATION",
            converter = Converters.Span.class,
            description = "Not used for so long, such as 90m, 12h or 30d.")
    private @Nullable Duration idle;

    @Option(names = "--never-hit", description = "That no load has found yet.")
    private boolean neverHit;

    boolean passes(SnapshotInfo info, long nowUnix) {
        KvcHeader header = info.header();
        return (reason == null
                        || reason.toLowerCase(Locale.ROOT)
                                .equals(header.saveReason().toString()))
                && (model == null || model == header.modelId())
                && (minSize == null || info.storedBytes() >= minSize.bytes())
                && (maxSize == null || info.storedBytes() <= maxSize.bytes())
                && header.tokenCount() >= minTokens
                && (idle == null || isIdle(header, idle, nowUnix))
                && (!neverHit || header.hitCount() == 0);
    }

    private static boolean isIdle(KvcHeader header, Duration idle, long nowUnix) {
        long used = UnixTime.ranked(header.lastUsedUnix(), header.createdUnix(), nowUnix);
        return UnixTime.elapsed(used, nowUnix) >= idle.toSeconds();
    }
}
