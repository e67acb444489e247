package dev.kvc.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.Mapping;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Small objects lie in a few buffers that are used again, and whoever finds none of them free, on the heap. */
class S3MemoryTest extends S3Fixture {
    private static final String TEXT = "a text";
    private static final KvcKey KEY = KvcKey.of(TEXT);
    private static final int BUFFERS = 2;

    private KvStore store;

    @BeforeEach
    void save() throws IOException {
        store = open("&parts=1");
        store.save(draft(TEXT));
    }

    /** Loads and maps all buffers full, and one more. */
    private void assertAllAreFree(Verify verify) throws IOException {
        Snapshot[] all = new Snapshot[BUFFERS + 1];
        for (int i = 0; i <= BUFFERS; i++) {
            all[i] = store.load(KEY, LoadOptions.DEFAULT.verify(verify)).orElseThrow();
            try (Mapping mapping = all[i].payload().map()) {
                assertThat(mapping.slices().get(0).isDirect())
                        .as("whether snapshot %d has a buffer", i)
                        .isEqualTo(i < BUFFERS);
                assertThat(mapping.slices().get(0)).isEqualTo(ByteBuffer.wrap(bytes(TEXT.hashCode(), 1000)));
            }
        }
        for (Snapshot each : all) {
            each.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void buffersAreFreeAgainWhenSnapshotsAreClosed(Verify verify) throws IOException {
        assertAllAreFree(verify);
        assertAllAreFree(verify);
    }

    @Test
    void buffersAreFreeAgainWhereThereIsNoSnapshot() throws IOException {
        LoadOptions others = LoadOptions.DEFAULT.expecting(
                PrefixQuery.builder(TEXT).modelId(9).build());
        for (int i = 0; i <= BUFFERS; i++) {
            assertThat(store.load(KEY, others)).isEmpty();
            assertThat(store.load(KvcKey.of("no such text"))).isEmpty();
        }
        assertAllAreFree(Verify.ON_LOAD);
    }

    @Test
    void buffersAreFreeAgainWhereObjectsAreDamagedOrGone() throws IOException {
        for (int i = 0; i <= BUFFERS; i++) {
            String damaged = "damaged " + i;
            store.save(draft(damaged));
            byte[] object = object(name(damaged));
            object[200]++;
            put(name(damaged), object);
            assertThat(store.load(KvcKey.of(damaged))).isEmpty();
            String gone = "gone " + i;
            store.save(draft(gone));
            S3Server.client()
                    .deleteObject(delete -> delete.bucket(S3Server.BUCKET).key(name(gone)));
            assertThat(store.load(KvcKey.of(gone))).isEmpty();
        }
        assertThat(setAside).hasSize(BUFFERS + 1);
        assertAllAreFree(Verify.ON_LOAD);
    }

    @Test
    void oneThatIsRejectedGivesItsBufferBackWhenItIsClosed() throws IOException {
        for (int i = 0; i <= BUFFERS; i++) {
            String rejected = "rejected " + i;
            store.save(draft(rejected));
            try (Snapshot snapshot = store.load(KvcKey.of(rejected)).orElseThrow()) {
                snapshot.reject();
            }
            assertThat(store.load(KvcKey.of(rejected))).isEmpty();
        }
        assertAllAreFree(Verify.ON_LOAD);
    }
}
