package dev.kvc.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.store.KvStore;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3ServerTest {
    private static S3Process server;

    @BeforeAll
    static void start() throws IOException {
        server = S3Process.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Beginning with another byte for each length, and the same nowhere within a part. */
    private static ByteBuffer payload(int bytes) {
        ByteBuffer payload = ByteBuffer.allocateDirect(bytes);
        for (int i = 0; i < bytes; i++) {
            payload.put((byte) (i ^ i >> 8 ^ i >> 16 ^ bytes));
        }
        return payload.flip();
    }

    @ParameterizedTest
    @ValueSource(ints = {1 << 20, 20 << 20})
    void whatAStoreSavesItLoads(int bytes) throws Exception {
        ByteBuffer payload = payload(bytes);
        try (KvStore store = server.store()) {
            store.remove(Corpus.key(0));
            SnapshotDraft draft = Corpus.draft(0, PayloadSource.of(payload));
            assertThat(store.save(draft).outcome()).isEqualTo(Outcome.STORED);
            assertThat(store.save(draft).outcome()).isEqualTo(Outcome.REPLACED);
            SaveResult again = store.save(Corpus.key(0), draft, SaveOptions.IF_ABSENT);
            assertThat(again.outcome()).isEqualTo(Outcome.ALREADY_PRESENT);
            try (Snapshot snapshot = store.load(Corpus.key(0)).orElseThrow()) {
                ByteBuffer found = ByteBuffer.allocateDirect(bytes);
                snapshot.payload().readFully(found, 0);
                assertThat(found.clear()).isEqualTo(payload);
            }
        }
    }

    @Test
    void aStoreFindsWhatAnotherSavedAndNothingOnceItIsEmptied() throws Exception {
        try (BareS3 bare = server.bare()) {
            bare.empty();
            try (KvStore store = server.store()) {
                store.save(Corpus.draft(1, PayloadSource.of(payload(1000))));
            }
            PrefixQuery query = PrefixQuery.of(Corpus.text(1));
            try (KvStore store = server.store()) {
                assertThat(store.match(query).candidates()).hasSize(1);
            }
            bare.empty();
            try (KvStore store = server.store()) {
                assertThat(store.match(query).candidates()).isEmpty();
                assertThat(store.load(Corpus.key(1))).isEmpty();
            }
        }
    }
}
