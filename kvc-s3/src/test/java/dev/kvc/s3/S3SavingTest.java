package dev.kvc.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/** Saves: in one piece and in parts, and two at once. */
class S3SavingTest extends S3Fixture {
    private static final String TEXT = "a text";
    private static final KvcKey KEY = KvcKey.of(TEXT);
    private static final int MIB = 1 << 20;

    private Iterable<MultipartUpload> uploads() {
        return S3Server.client()
                .listMultipartUploads(list -> list.bucket(S3Server.BUCKET).prefix(prefix))
                .uploads();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4 * MIB - 1, 4 * MIB, 4 * MIB + 1, 5 * MIB - 200, 5 * MIB, 10 * MIB, 10 * MIB + 1})
    void payloadOfAnySizeComesBack(int size) throws Exception {
        KvStore store = open("&part-size=5MiB");
        store.save(draft(TEXT, bytes(3, size)).build());
        assertServed(store, TEXT, bytes(3, size));
        assertServed(open("&part-size=6MiB&parts=1"), TEXT, bytes(3, size));
        try (Snapshot snapshot = open("&hold=0")
                .load(KEY, LoadOptions.DEFAULT.verify(LoadOptions.Verify.ON_READ))
                .orElseThrow()) {
            assertThat(snapshot.payload().toByteArray()).isEqualTo(bytes(3, size));
        }
    }

    /** What is known of it says where its footer was. */
    @ParameterizedTest
    @ValueSource(ints = {7 << 20, 11 << 20, 12 << 20})
    void largeOneThatAnotherProcessReplacedIsLoadedAsItIsNow(int length) throws Exception {
        KvStore ours = open("&part-size=5MiB");
        ours.save(draft("a text", bytes(1, 11 << 20)).build());
        open("&part-size=5MiB").save(draft("a text", bytes(2, length)).build());
        assertServed(ours, "a text", bytes(2, length));
    }

    /** Replaces an object by a longer one whenever it has been read. */
    private static final class Replacing implements ExecutionInterceptor {
        private final KvStore theirs;
        private int size = 2000;

        Replacing(KvStore theirs) {
            this.theirs = theirs;
        }

        @Override
        public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
            if (context.request() instanceof GetObjectRequest) {
                replace();
            }
        }

        void replace() {
            size += 1000;
            try {
                theirs.save(draft(TEXT, bytes(1, size)).build());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void smallOneThatIsReplacedAfterEachRequestIsLoadedWhole() throws Exception {
        Replacing others = new Replacing(open(""));
        KvStore ours = open(others);
        ours.save(draft(TEXT));
        others.replace();
        try (Snapshot snapshot = ours.load(KEY).orElseThrow()) {
            int size = Math.toIntExact(snapshot.payload().size());
            assertThat(snapshot.payload().toByteArray()).isEqualTo(bytes(1, size));
        }
    }

    /** Its bytes are made as they are sent, and summed up as they come: neither side ever holds them. */
    @Test
    void threeHundredMebibytesStreamBothWays() throws Exception {
        long size = 300L * MIB;
        CRC32C sent = new CRC32C();
        KvStore store = open("&hold=0");
        SaveResult saved = store.save(SnapshotDraft.builder()
                .text(TEXT)
                .payload(PayloadSource.of(size, out -> {
                    SplittableRandom random = new SplittableRandom(5);
                    byte[] piece = new byte[MIB];
                    for (long at = 0; at < size; at += MIB) {
                        random.nextBytes(piece);
                        sent.update(piece);
                        out.write(ByteBuffer.wrap(piece));
                    }
                }))
                .build());
        assertThat(saved.outcome()).isEqualTo(Outcome.STORED);
        CRC32C received = new CRC32C();
        try (Snapshot snapshot = store.load(KEY, LoadOptions.DEFAULT.verify(LoadOptions.Verify.ON_READ))
                .orElseThrow()) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(20 * MIB);
            for (long at = 0; at < size; at += buffer.limit()) {
                snapshot.payload().readFully(buffer.clear().limit((int) Math.min(buffer.capacity(), size - at)), at);
                received.update(buffer.flip());
            }
        }
        assertThat(received.getValue()).isEqualTo(sent.getValue());
    }

    @Test
    void uploadThatFailsLeavesNothingBehind() throws Exception {
        KvStore store = open("&part-size=5MiB");
        PayloadSource broken = PayloadSource.of(11 * MIB, out -> {
            out.write(ByteBuffer.wrap(bytes(1, 6 * MIB)));
            throw new IOException("the engine stopped");
        });
        assertThatThrownBy(() -> store.save(
                        SnapshotDraft.builder().text(TEXT).payload(broken).build()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the engine stopped");
        assertThat(store.load(KEY)).isEmpty();
        store.close();
        while (uploads().iterator().hasNext()) { // it is given up in the background
            Thread.onSpinWait();
        }
        assertThat(names()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 6 * MIB})
    void saveThatIsUnderWayEndsAlthoughTheStoreIsClosed(int size) throws Exception {
        KvStore store = open("&part-size=5MiB");
        PayloadSource closing = PayloadSource.of(size, out -> {
            store.close();
            out.write(ByteBuffer.wrap(bytes(1, size)));
        });
        assertThat(store.save(draft(TEXT, closing)).outcome()).isEqualTo(Outcome.STORED);
        assertServed(open(""), TEXT, bytes(1, size));
        assertThat(entries()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 6 * MIB})
    void ofTwoSavesIfAbsentAtOnceOneIsKept(int size) throws Exception {
        KvStore ours = track(S3KvStore.builder(S3Server.BUCKET, prefix)
                .client(S3Server.newClient(S3Server.endpoint(), new HarmlessAborts()))
                .environment(environment())
                .settings(new Settings("test", Map.of("part-size", "5MiB")))
                .open());
        KvStore theirs = open("");
        PayloadSource overtaken = PayloadSource.of(size, out -> {
            theirs.save(draft(TEXT, bytes(1, 1000)).build());
            out.write(ByteBuffer.wrap(bytes(2, size)));
        });
        SnapshotDraft late = draft(TEXT, overtaken);
        assertThat(ours.save(KEY, late, SaveOptions.IF_ABSENT).outcome()).isEqualTo(Outcome.ALREADY_PRESENT);
        assertServed(ours, TEXT, bytes(1, 1000));
    }

    private static SnapshotDraft draft(String text, PayloadSource payload) {
        return SnapshotDraft.builder()
                .text(text)
                .payload(payload)
                .tokenCount(1)
                .contextSize(4096)
                .modelId(1)
                .payloadAbi(2)
                .build();
    }

    /** The first time that it is read, another saves something else. */
    private static final class Overtaken implements PayloadSource {
        private final KvStore theirs;
        private final byte[] payload;
        private boolean isOvertaken;

        Overtaken(KvStore theirs, byte[] payload) {
            this.theirs = theirs;
            this.payload = payload;
        }

        @Override
        public long size() {
            return payload.length;
        }

        @Override
        public void writeTo(WritableByteChannel out) throws IOException {
            if (!isOvertaken) {
                isOvertaken = true;
                theirs.save(S3Fixture.draft(TEXT, bytes(1, 10)).quantBits(7).build());
            }
            out.write(ByteBuffer.wrap(payload));
        }

        @Override
        public boolean isRepeatable() {
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void saveReplacesWhatCameMeanwhileAndDoesNotServeAsWell(boolean ifAbsent) throws Exception {
        KvStore ours = open("");
        byte[] payload = bytes(2, 1000);
        SnapshotDraft draft = draft(TEXT, new Overtaken(open(""), payload));
        assertThat(ours.save(KEY, draft, options(ifAbsent)).outcome()).isEqualTo(Outcome.REPLACED);
        assertServed(ours, TEXT, payload);
    }

    private static SaveOptions options(boolean ifAbsent) {
        return ifAbsent ? SaveOptions.IF_ABSENT : SaveOptions.DEFAULT;
    }

    private KvStore open(ExecutionInterceptor... interceptors) throws IOException {
        return track(S3KvStore.builder(S3Server.BUCKET, prefix)
                .client(S3Server.newClient(S3Server.endpoint(), interceptors))
                .environment(environment())
                .open());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void saveWhoseAnswerWasLostIsNotTakenForAnothers(boolean ifAbsent) throws Exception {
        Requests requests = new Requests();
        KvStore store = open(requests, OtherService.losingAnAnswer(OtherService::isConditionalPut));
        assertThat(save(store, draft(TEXT), options(ifAbsent)).outcome()).isEqualTo(Outcome.STORED);
        assertThat(requests.take()).containsExactly("PutObject", "HeadObject", "PutObject"); // object, look, entry
        assertServed(store, TEXT);
        assertServed(open(""), TEXT);
        assertThat(entries()).hasSize(1);
    }

    /** What was there may have gone again, or the service may refuse the condition itself. */
    @ParameterizedTest
    @ValueSource(ints = {409, 412, 501})
    void saveThatIsRefusedAlthoughNothingIsThereIsMadeWithoutACondition(int status) throws Exception {
        KvStore store = open(OtherService.refusing(status, OtherService::isConditionalPut));
        assertThat(store.save(draft(TEXT)).outcome()).isEqualTo(Outcome.STORED);
        assertServed(open(""), TEXT);
    }

    @Test
    void saveThatFailsOtherwiseIsNotMadeAgain() throws Exception {
        Requests requests = new Requests();
        KvStore store = open(requests, OtherService.refusing(403, OtherService::isConditionalPut));
        assertThatThrownBy(() -> store.save(draft(TEXT))).isInstanceOf(IOException.class);
        assertThat(requests.take()).containsExactly("PutObject");
    }

    /** Then it is replaced unseen, and nothing else is lost. */
    @Test
    void serviceThatIgnoresConditionsHasTheLaterSaveAndItsIndexIsMended() throws Exception {
        save(open(""), S3Fixture.draft(TEXT, bytes(1, 2000)).quantBits(7).build());
        KvStore ours = open(OtherService.ignoringConditions());
        clock.advance(Duration.ofSeconds(1));
        assertThat(save(ours, draft(TEXT)).outcome()).isEqualTo(Outcome.STORED);
        assertThat(entries()).hasSize(2);
        KvStore later = open("");
        assertThat(later.match(PrefixQuery.of(PROMPT)).candidates())
                .extracting(info -> info.header().quantBits())
                .containsExactly(0);
        assertServed(later, TEXT);
        try (Stream<SnapshotInfo> all = open("").list()) {
            assertThat(all).extracting(info -> info.header().quantBits()).containsExactly(0);
        }
        assertThat(entries()).hasSize(1);
    }

    @Test
    void payloadThatCanBeReadOnceIsNotReadInVain() throws Exception {
        open("").save(draft(TEXT));
        PayloadSource once = PayloadSource.of(1000, out -> {
            throw new IOException("nobody asks for a byte");
        });
        SaveResult saved = open("").save(KEY, draft(TEXT, once), SaveOptions.IF_ABSENT);
        assertThat(saved.outcome()).isEqualTo(Outcome.ALREADY_PRESENT);
    }

    @Test
    void payloadThatCanBeReadOnceReplacesWhatAnotherSaved() throws Exception {
        open("").save(draft(TEXT));
        PayloadSource once = PayloadSource.of(1000, out -> out.write(ByteBuffer.wrap(bytes(2, 1000))));
        assertThat(open("").save(draft(TEXT, once)).outcome()).isEqualTo(Outcome.REPLACED);
        assertServed(open(""), TEXT, bytes(2, 1000));
    }

    @Test
    void whatIsTooLargeForTheServiceIsRefused() throws Exception {
        KvStore store = open("&part-size=5MiB");
        PayloadSource huge = PayloadSource.of(5L * MIB * 10_000, out -> {
            throw new IOException("nobody asks for a byte");
        });
        assertThat(store.save(draft(TEXT, huge)).outcome()).isEqualTo(Outcome.TOO_LARGE);
    }

    @Test
    void whatCoversTooLittleIsNotAdmitted() throws Exception {
        KvStore store = open("&min-tokens=10");
        assertThat(store.save(draft(TEXT, PayloadSource.of(bytes(1, 10)))).outcome())
                .isEqualTo(Outcome.NOT_ADMITTED);
        assertThat(names()).isEmpty();
    }

    @Test
    void whatAnotherSavedIsPresentAlsoForWhoMayNotSaveIt() throws Exception {
        open("").save(draft(TEXT));
        SaveResult saved = open("&min-tokens=10").save(KEY, draft(TEXT), SaveOptions.IF_ABSENT);
        assertThat(saved.outcome()).isEqualTo(Outcome.ALREADY_PRESENT);
    }

    @Test
    void saveInVainIsNotWhatADayMayBring() throws Exception {
        open("").save(draft(TEXT));
        KvStore store = open("&max-writes-per-day=1800"); // a snapshot has 1100 bytes and some
        assertThat(store.save(KEY, draft(TEXT), SaveOptions.IF_ABSENT).outcome())
                .isEqualTo(Outcome.ALREADY_PRESENT);
        assertThat(store.save(draft("b")).outcome()).isEqualTo(Outcome.STORED);
        assertThat(store.save(draft("c")).outcome()).isEqualTo(Outcome.THROTTLED);
    }
}
