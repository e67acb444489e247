package dev.kvc.store.fs;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.eviction.SnapshotMetadata;
import dev.kvc.format.ExtensionFlags;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.Layout;
import dev.kvc.format.SaveReason;
import dev.kvc.format.UnixTime;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.internal.TextItem;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * What the index knows of one file. There may be a million of these, so the header is kept in its packed fields.
 *
 * <p>Hits, last-used time, model and ABI change under the catalog's lock and may be read without it; all else is final.
 */
final class Entry {
    /** What the file is to the store. */
    enum Kind {
        /** A snapshot that can be served. */
        SNAPSHOT,
        /**
         * {@code <key>.kv} of which nothing is known yet: it is too short and young, so somebody may be copying it in,
         * or reading it failed for a reason that may pass. Never a victim.
         */
        UNDECIDED,
        /** {@code <key>.kv} with a header that cannot be read. */
        UNREADABLE,
        /** {@code <key>.kv} that another version of the format, or another limit, may well read. */
        OTHER_VERSION,
        /** {@code <key>.kv.bad}. */
        SET_ASIDE
    }

    final SnapshotId id;
    final Kind kind;
    final long bytes;
    private final int fileKey;
    /** The file's real name where it is not the canonical one. */
    final @Nullable String otherName;

    final int textBytes;
    private final long payloadBytes;
    private final int tokenCount;
    private final int contextSize;
    private final int reserved;
    private final byte quantBits;
    private final byte saveReason;
    private final byte extensionFlags;
    /** For files that are no snapshots, when they were last modified. */
    private final long createdUnix;

    /**
     * Where its text stands among the others, if it has been read and the key is its hash; under the catalog's lock.
     */
    @Nullable
    TextItem<SnapshotId> text;
    /** Whether its text is to be read, in the background; likewise. */
    boolean isUnlearnt;
    /** The one whose text is to be read after it; likewise. */
    @Nullable
    Entry nextUnlearnt;

    private volatile byte modelId;
    private volatile byte payloadAbi;
    private volatile boolean footerRead;
    private volatile int hitCount;
    private volatile long lastUsedUnix;

    /** A snapshot whose header and lengths have been checked. */
    Entry(SnapshotId id, KvcHeader header, Layout layout, int fileKey, @Nullable String otherName) {
        this.id = id;
        this.kind = Kind.SNAPSHOT;
        this.bytes = layout.fileBytes();
        this.fileKey = fileKey;
        this.otherName = otherName;
        this.textBytes = layout.textBytes();
        this.payloadBytes = header.payloadBytes();
        this.tokenCount = (int) header.tokenCount();
        this.contextSize = (int) header.contextSize();
        this.reserved = header.reserved();
        this.quantBits = (byte) header.quantBits();
        this.saveReason = (byte) header.saveReason().code();
        this.extensionFlags = (byte) header.extensionFlags().bits();
        this.createdUnix = header.createdUnix();
        this.modelId = (byte) header.modelId();
        this.payloadAbi = (byte) header.payloadAbi();
        this.hitCount = (int) header.hitCount();
        this.lastUsedUnix = header.lastUsedUnix();
    }

    /** A file that is not served. */
    Entry(SnapshotId id, Kind kind, FileStat stat, @Nullable String otherName) {
        this.id = id;
        this.kind = kind;
        this.bytes = stat.size();
        this.fileKey = stat.shortKey();
        this.otherName = otherName;
        this.textBytes = 0;
        this.payloadBytes = 0;
        this.tokenCount = 0;
        this.contextSize = 0;
        this.reserved = 0;
        this.quantBits = 0;
        this.saveReason = 0;
        this.extensionFlags = 0;
        this.createdUnix = stat.modifiedMillis() / 1000;
        this.lastUsedUnix = createdUnix;
    }

    /** The last used last. In one piece: one put together of others takes longer, a million times. */
    static Comparator<Entry> byUse(long nowUnix) {
        return (a, b) -> {
            int order = Long.compare(a.rankedLastUsed(nowUnix), b.rankedLastUsed(nowUnix));
            return order == 0 ? a.id.compareTo(b.id) : order;
        };
    }

    boolean isSnapshot() {
        return kind == Kind.SNAPSHOT;
    }

    String fileName() {
        if (otherName != null) {
            return otherName;
        }
        return kind == Kind.SET_ASIDE ? FileNames.setAside(id.key()) : FileNames.snapshot(id.key());
    }

    /** The file that this entry was made from. */
    FileIdentity file() {
        return new FileIdentity(bytes, fileKey);
    }

    /** Whether a file that begins so, and has as many bytes, may be the one that this entry was made from. */
    boolean isDescribedBy(Layout layout) {
        KvcHeader header = layout.header();
        return layout.textBytes() == textBytes
                && header.payloadBytes() == payloadBytes
                && header.createdUnix() == createdUnix
                && header.tokenCount() == Integer.toUnsignedLong(tokenCount);
    }

    KvcHeader header() {
        return new KvcHeader(
                Byte.toUnsignedInt(quantBits),
                new SaveReason(Byte.toUnsignedInt(saveReason)),
                new ExtensionFlags(Byte.toUnsignedInt(extensionFlags)),
                Byte.toUnsignedInt(modelId),
                Integer.toUnsignedLong(tokenCount),
                Integer.toUnsignedLong(hitCount),
                Integer.toUnsignedLong(contextSize),
                Byte.toUnsignedInt(payloadAbi),
                reserved,
                createdUnix,
                lastUsedUnix,
                payloadBytes);
    }

    SnapshotInfo info() {
        return new SnapshotInfo(id, header(), textBytes, bytes);
    }

    /** What a policy sees of it, with the nearest stored ancestor where it is known. */
    SnapshotMetadata metadata(@Nullable SnapshotId ancestor) {
        return new SnapshotMetadata(
                id,
                bytes,
                Integer.toUnsignedLong(tokenCount),
                Integer.toUnsignedLong(hitCount),
                createdUnix,
                lastUsedUnix,
                new SaveReason(Byte.toUnsignedInt(saveReason)),
                Byte.toUnsignedInt(modelId),
                ancestor);
    }

    long rankedLastUsed(long nowUnix) {
        return UnixTime.ranked(lastUsedUnix, createdUnix, nowUnix);
    }

    long createdUnix() {
        return createdUnix;
    }

    long lastUsedUnix() {
        return lastUsedUnix;
    }

    void used(HitCounter.Use use) {
        hitCount = (int) Math.max(use.hitCount(), Integer.toUnsignedLong(hitCount));
        lastUsedUnix = use.lastUsedUnix();
    }

    boolean footerRead() {
        return footerRead;
    }

    /** Takes model id and ABI from a header that the integrity footer has completed. */
    void footerRead(KvcHeader effective) {
        footerRead = true;
        modelId = (byte) effective.modelId();
        payloadAbi = (byte) effective.payloadAbi();
    }
}
