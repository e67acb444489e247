package dev.kvc.store.fs;

import dev.kvc.eviction.EvictionContext;
import dev.kvc.eviction.EvictionPolicy;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Layout;
import dev.kvc.format.Namespace;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.SplittableRandom;

/**
 * The index of a directory that does not exist, for benchmarks: it stands in this package because an index is nobody's
 * API. Not safe for use by several threads.
 */
public final class IndexProbe {
    private static final int MAX_TEXT_BYTES = 1 << 18;
    private static final long PAYLOAD_BYTES = 64 << 20;

    private final Catalog catalog;
    private int count;

    /** An empty index that tells {@code policy} of its changes. */
    public IndexProbe(EvictionPolicy policy) {
        catalog = new Catalog(policy);
    }

    /** The key of the snapshot of this number. */
    public static KvcKey key(int index) {
        SplittableRandom random = new SplittableRandom(index);
        return KvcKey.ofBytes(ByteBuffer.allocate(KvcKey.BYTES)
                .putLong(random.nextLong())
                .putLong(random.nextLong())
                .putInt(random.nextInt())
                .array());
    }

    private static SnapshotId id(int index) {
        return new SnapshotId(Namespace.DEFAULT, key(index));
    }

    /** Adds the next snapshot. */
    public void add() {
        KvcHeader header = KvcHeader.builder()
                .tokenCount(1000)
                .payloadBytes(PAYLOAD_BYTES)
                .createdUnix(1_700_000_000L)
                .lastUsedUnix(1_700_000_000L + count)
                .build();
        int textBytes = 1 + count % MAX_TEXT_BYTES;
        Layout layout = new Layout(header, textBytes, 52 + textBytes + PAYLOAD_BYTES);
        catalog.put(new Entry(id(count), header, layout, count, null));
        count++;
    }

    /** Removes a snapshot and adds it again as the latest; what a save into a full directory does to the index. */
    public void replace(int index) {
        Entry entry = catalog.get(id(index));
        if (entry != null) {
            catalog.remove(entry);
            catalog.put(entry);
        }
    }

    /** Whether the index has the snapshot of this number. */
    public boolean contains(int index) {
        return catalog.get(id(index)) != null;
    }

    /** How many snapshots are found that begin {@code prompt}. */
    public int beginningsOf(ByteBuffer prompt) {
        return catalog.beginningsOf(Namespace.DEFAULT, prompt).size();
    }

    /** Plans {@code wanted} victims, as an eviction does, and returns the bytes that they hold. */
    public long plan(int wanted) {
        return catalog.locked(() -> {
            Iterator<SnapshotId> victims =
                    catalog.policy().victims(new EvictionContext(wanted * PAYLOAD_BYTES, 1_800_000_000L, null));
            long bytes = 0;
            for (int i = 0; i < wanted && victims.hasNext(); i++) {
                bytes += catalog.bytes(victims.next());
            }
            return bytes;
        });
    }
}
