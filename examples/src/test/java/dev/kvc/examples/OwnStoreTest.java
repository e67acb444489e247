package dev.kvc.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.kvc.format.KvcKey;
import dev.kvc.store.KvStore;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.testkit.KvStoreContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** All that a store needs to be trusted: the contract, and how to open one. */
class OwnStoreTest extends KvStoreContract {
    @Override
    protected KvStore open(Path scratch, StoreEnvironment environment) {
        return new OwnStore(environment);
    }

    @Test
    void findsTheLongestBeginningAndTheNextOneWhenThatIsRejected() throws IOException {
        assertThat(PrintedLines.of(OwnStore::run))
                .containsExactly(
                        "found 28 bytes of text, 1000 of payload",
                        "found 7 bytes of text when that was rejected",
                        "2 snapshots, 2 hits, 1 set aside");
    }

    @Test
    void payloadThatFitsNoArrayIsRefused() throws IOException {
        try (KvStore store = new OwnStore(StoreEnvironment.system())) {
            PayloadSource large = PayloadSource.of(3L << 30, out -> fail("nobody should ask for the bytes"));
            SaveResult result = store.save(
                    SnapshotDraft.builder().text("a text").payload(large).build());
            assertThat(result.outcome()).isEqualTo(SaveResult.Outcome.TOO_LARGE);
            assertThat(store.contains(KvcKey.of("a text"))).isFalse();
        }
    }
}
