package dev.kvc.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Settings;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** What each operation costs, in requests: they are paid for, and each is a round trip. */
class S3RequestsTest extends S3Fixture {
    private static final String TEXT = "a text";
    private static final KvcKey KEY = KvcKey.of(TEXT);
    private static final int MIB = 1 << 20;

    private final Requests requests = new Requests();
    private KvStore store;

    @BeforeEach
    void openCounted() throws IOException {
        store = openCounted(Map.of("part-size", "5MiB"));
    }

    private KvStore openCounted(Map<String, String> settings, ExecutionInterceptor... service) throws IOException {
        ExecutionInterceptor[] interceptors =
                Stream.concat(Stream.of(requests), Stream.of(service)).toArray(ExecutionInterceptor[]::new);
        return track(S3KvStore.builder(S3Server.BUCKET, prefix)
                .client(S3Server.newClient(S3Server.endpoint(), interceptors))
                .environment(environment())
                .settings(new Settings("test", settings))
                .open());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void smallSaveOfWhatIsNewIsAnObjectAndAnEntry(boolean ifAbsent) throws Exception {
        save(store, draft(TEXT), ifAbsent ? SaveOptions.IF_ABSENT : SaveOptions.DEFAULT);
        assertThat(requests.take()).containsExactly("PutObject", "PutObject");
    }

    @Test
    void saveOverWhatAnotherSavedLooksWhenItIsRefused() throws Exception {
        save(open(""), draft(TEXT));
        assertThat(save(store, draft(TEXT)).outcome()).isEqualTo(Outcome.REPLACED);
        assertThat(requests.take()).containsExactly("PutObject", "HeadObject", "PutObject", "PutObject");
    }

    @Test
    void saveIfAbsentOfWhatAnotherSavedLooksWhenItIsRefused() throws Exception {
        save(open(""), draft(TEXT));
        assertThat(store.save(KEY, draft(TEXT), SaveOptions.IF_ABSENT).outcome())
                .isEqualTo(Outcome.ALREADY_PRESENT);
        assertThat(requests.take()).containsExactly("PutObject", "HeadObject", "GetObject");
    }

    @Test
    void saveOfWhatTheIndexTellsOfSendsNoPayload() throws Exception {
        save(open(""), draft(TEXT));
        store.match(PrefixQuery.of(PROMPT));
        requests.take();
        store.save(KEY, draft(TEXT), SaveOptions.IF_ABSENT);
        assertThat(requests.take()).containsExactly("HeadObject", "GetObject");
    }

    @Test
    void saveOfWhatCanBeReadOnceLooksFirst() throws Exception {
        PayloadSource once = PayloadSource.of(1000, out -> out.write(ByteBuffer.wrap(bytes(1, 1000))));
        save(store, SnapshotDraft.builder().text(TEXT).payload(once).build());
        assertThat(requests.take()).containsExactly("HeadObject", "PutObject", "PutObject");
    }

    @Test
    void saveThatIsNotAdmittedIsNoRequest() throws Exception {
        KvStore picky = openCounted(Map.of("min-tokens", "10"));
        assertThat(picky.save(draft(TEXT)).outcome()).isEqualTo(Outcome.NOT_ADMITTED);
        assertThat(requests.take()).isEmpty();
    }

    @Test
    void serviceThatDoesNotKnowConditionsIsSentNoSecond() throws Exception {
        KvStore other = openCounted(Map.of(), OtherService.refusing(501, OtherService::isConditionalPut));
        assertThat(save(other, draft(TEXT)).outcome()).isEqualTo(Outcome.STORED);
        assertThat(requests.take()).containsExactly("PutObject", "HeadObject", "PutObject", "PutObject");
        for (String text : List.of("b", "c")) {
            SaveResult saved = save(other, draft(text), SaveOptions.IF_ABSENT);
            assertThat(saved.outcome()).isEqualTo(Outcome.STORED);
            assertThat(requests.take()).containsExactly("HeadObject", "PutObject", "PutObject");
        }
    }

    @Test
    void secondSaveRemovesTheEntryOfTheFirst() throws Exception {
        save(store, draft(TEXT));
        requests.take();
        save(store, draft(TEXT));
        await(() -> entries().size() == 1);
        assertThat(requests.take()).containsExactly("HeadObject", "PutObject", "PutObject", "DeleteObject");
    }

    @Test
    void saveOfWhatIsThereSendsNoPayload() throws Exception {
        save(store, draft(TEXT));
        requests.take();
        store.save(KEY, draft(TEXT), SaveOptions.IF_ABSENT);
        assertThat(requests.take()).containsExactly("HeadObject", "GetObject");
    }

    @Test
    void largeSaveGoesInParts() throws Exception {
        save(store, draft(TEXT, bytes(1, 11 * MIB)).build());
        assertThat(requests.take())
                .startsWith("HeadObject", "CreateMultipartUpload")
                .endsWith("CompleteMultipartUpload", "PutObject")
                .filteredOn("UploadPart"::equals)
                .hasSize(3);
    }

    @Test
    void encryptionIsAskedForInParts() throws Exception {
        KvStore encrypted = openCounted(Map.of("part-size", "5MiB", "sse", "aes256"));
        save(encrypted, draft(TEXT, bytes(1, 11 * MIB)).build());
        assertThat(requests.encryptions()).containsOnly("AES256").hasSize(2); // the object and its entry
    }

    @Test
    void statAsksForMetadataAlone() throws Exception {
        save(store, draft(TEXT));
        requests.take();
        store.stat(KEY);
        store.contains(KvcKey.of("nothing"));
        assertThat(requests.take()).containsExactly("HeadObject", "HeadObject");
    }

    @Test
    void smallLoadIsOneRequest() throws Exception {
        save(store, draft(TEXT));
        requests.take();
        store.load(KEY).orElseThrow().close();
        assertThat(requests.take()).containsExactly("GetObject");
    }

    @Test
    void smallLoadIsOneRequestHoweverItIsVerified() throws Exception {
        save(store, draft(TEXT, bytes(1, MIB)).build());
        requests.take();
        for (LoadOptions.Verify verify : LoadOptions.Verify.values()) {
            try (Snapshot snapshot =
                    store.load(KEY, LoadOptions.DEFAULT.verify(verify)).orElseThrow()) {
                assertThat(snapshot.payload().toByteArray()).isEqualTo(bytes(1, MIB));
            }
            assertThat(requests.take()).as(verify.name()).containsExactly("GetObject");
        }
    }

    @Test
    void missIsOneRequest() throws Exception {
        store.load(KEY);
        assertThat(requests.take()).containsExactly("GetObject");
    }

    @Test
    void largeLoadIsReadInPartsAndHeldOnce() throws Exception {
        save(store, draft(TEXT, bytes(1, 11 * MIB)).build());
        requests.take();
        try (Snapshot snapshot = store.load(KEY).orElseThrow()) {
            assertThat(snapshot.payload().toByteArray()).isEqualTo(bytes(1, 11 * MIB));
        }
        assertThat(requests.take()).hasSizeBetween(3, 5).containsOnly("GetObject");
    }

    @Test
    void loadThatVerifiesOnReadingLeavesThePayloadAlone() throws Exception {
        save(store, draft(TEXT, bytes(1, 11 * MIB)).build());
        requests.take();
        store.load(KEY, LoadOptions.DEFAULT.verify(LoadOptions.Verify.ON_READ))
                .orElseThrow()
                .close();
        assertThat(requests.take()).hasSizeLessThanOrEqualTo(3).containsOnly("GetObject");
    }

    @Test
    void prefixesAreLookedUpWithoutARequestOnceTheIndexIsRead() throws Exception {
        save(store, draft(TEXT));
        store.match(PrefixQuery.of(PROMPT));
        requests.take();
        for (int i = 0; i < 10; i++) {
            assertThat(store.match(PrefixQuery.of(PROMPT)).candidates()).hasSize(1);
            assertThat(store.match(PrefixQuery.of("another")).candidates()).isEmpty();
        }
        assertThat(requests.take()).isEmpty();
    }

    @Test
    void indexIsReadAgainAtMostOnceInItsTime() throws Exception {
        store.match(PrefixQuery.of(PROMPT));
        assertThat(requests.take()).containsExactly("ListObjectsV2");
        clock.advance(Duration.ofSeconds(9));
        store.match(PrefixQuery.of(PROMPT));
        assertThat(requests.take()).isEmpty();
    }

    @Test
    void listOfWhatIsKnownAsksForNoObject() throws Exception {
        save(store, draft(TEXT));
        requests.take();
        try (Stream<SnapshotInfo> all = store.list()) {
            assertThat(all).hasSize(1);
        }
        assertThat(requests.take()).containsExactly("ListObjectsV2", "ListObjectsV2");
    }
}
