package dev.kvc.store.fs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Layout;
import dev.kvc.format.Namespace;
import dev.kvc.store.fs.Entry.Kind;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the index makes of a first scan. */
class CatalogTest {
    private static final String TEXT = "listed twice";
    private static final SnapshotId ID = new SnapshotId(Namespace.DEFAULT, KvcKey.of(TEXT));

    private final Catalog catalog = new Catalog(EvictionPolicies.lru().create());

    private static Entry snapshot(int bytes, int fileKey) {
        KvcHeader header =
                KvcHeader.builder().payloadBytes(bytes - 52 - TEXT.length()).build();
        return new Entry(ID, header, new Layout(header, TEXT.length(), bytes), fileKey, null);
    }

    private static Entry unserved(Kind kind, int bytes) {
        return new Entry(ID, kind, new FileStat(true, false, bytes, 0, "key"), null);
    }

    /** What a file system may do with a name that goes and comes back while its directory is listed. */
    @Test
    void a_name_that_was_listed_twice_counts_once() {
        catalog.install(
                Map.of(
                        Namespace.DEFAULT,
                        List.of(
                                snapshot(100, 1),
                                snapshot(100, 2),
                                unserved(Kind.UNREADABLE, 100),
                                unserved(Kind.SET_ASIDE, 7),
                                unserved(Kind.SET_ASIDE, 7))),
                0);
        assertThat(catalog.snapshotCount()).isEqualTo(1);
        assertThat(catalog.heldBytes()).isEqualTo(107);
        catalog.removeServed(ID);
        assertThat(catalog.snapshotCount()).isZero();
        assertThat(catalog.heldBytes()).isEqualTo(7);
        assertThat(catalog.beginningsOf(Namespace.DEFAULT, ByteBuffer.wrap(Fixtures.bytes(TEXT))))
                .isEmpty();
        catalog.put(snapshot(100, 3));
        assertThat(catalog.beginningsOf(Namespace.DEFAULT, ByteBuffer.wrap(Fixtures.bytes(TEXT))))
                .hasSize(1);
    }
}
