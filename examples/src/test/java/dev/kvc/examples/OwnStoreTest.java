package dev.kvc.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.store.KvStore;
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
}
