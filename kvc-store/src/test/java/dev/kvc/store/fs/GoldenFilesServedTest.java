package dev.kvc.store.fs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.ExtensionFlags;
import dev.kvc.format.KvcFormatException;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.format.SaveReason;
import dev.kvc.store.DataSize;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.MissReason;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.Verification;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of other writers, and damaged ones, in a directory that we serve. */
class GoldenFilesServedTest {
    private static final HexFormat HEX = HexFormat.of();

    private final SettableClock clock = new SettableClock();

    @TempDir
    Path directory;

    static Stream<GoldenFile> good() {
        return GoldenFile.good();
    }

    static Stream<GoldenFile> bad() {
        return GoldenFile.bad();
    }

    static Stream<GoldenFile> truncated() {
        return bad().filter(golden -> golden.member("kind").equals("TRUNCATED"));
    }

    private FileSystemKvStore open() throws IOException {
        return FileSystemKvStore.builder(directory)
                .budget(DataSize.ofGibibytes(1))
                .clock(clock)
                .open();
    }

    /** Puts the file there as it would be if it had been there for hours. */
    private Path place(GoldenFile golden, String name) throws IOException {
        Path file = Files.copy(golden.path(), directory.resolve(name));
        return Files.setLastModifiedTime(file, FileTime.from(clock.instant().minus(Duration.ofHours(2))));
    }

    @Test
    void all_good_files_are_listed() throws IOException {
        for (GoldenFile golden : good().toList()) {
            place(golden, golden.name());
        }
        try (FileSystemKvStore store = open();
                Stream<SnapshotInfo> list = store.list()) {
            assertThat(list.map(SnapshotInfo::key))
                    .containsExactlyInAnyOrderElementsOf(
                            good().map(GoldenFile::key).toList());
            assertThat(store.openReport().unreadable()).isZero();
            assertThat(store.openReport().otherFiles()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("good")
    void a_good_file_is_listed_and_loaded_as_its_manifest_says(GoldenFile golden) throws Exception {
        place(golden, golden.name());
        try (FileSystemKvStore store = open();
                Stream<SnapshotInfo> list = store.list()) {
            SnapshotInfo listed = list.findFirst().orElseThrow();
            assertThat(listed.header()).isEqualTo(header(golden, false));
            assertThat(listed.storedBytes()).isEqualTo(golden.number("fileBytes"));
            try (Snapshot snapshot =
                    store.load(golden.key(), LoadOptions.DEFAULT.withoutHit()).orElseThrow()) {
                assertThat(snapshot.info().header()).isEqualTo(header(golden, true));
                assertParts(snapshot, golden);
            }
        }
    }

    /** The header that the manifest states: as the file has it, or completed by the footer. */
    private static KvcHeader header(GoldenFile golden, boolean completed) {
        KvcHeader.Builder header = KvcHeader.builder()
                .quantBits((int) golden.number("quantBits"))
                .saveReason(new SaveReason((int) golden.number("saveReasonCode")))
                .extensionFlags(new ExtensionFlags((int) golden.number("extFlags")))
                .tokenCount(golden.number("tokenCount"))
                .hitCount(golden.number("hitCount"))
                .contextSize(golden.number("contextSize"))
                .reserved(littleEndian(golden.member("reserved")))
                .createdUnix(golden.number("createdUnix"))
                .lastUsedUnix(golden.number("lastUsedUnix"))
                .payloadBytes(golden.number("payloadBytes"));
        boolean model = completed && golden.has("effectiveModelId");
        boolean abi = completed && golden.has("effectivePayloadAbi");
        return header.modelId((int) golden.number(model ? "effectiveModelId" : "modelId"))
                .payloadAbi((int) golden.number(abi ? "effectivePayloadAbi" : "payloadAbi"))
                .build();
    }

    private static int littleEndian(String threeBytesInHex) {
        byte[] bytes = HEX.parseHex(threeBytesInHex + "00");
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    private static void assertParts(Snapshot snapshot, GoldenFile golden) throws Exception {
        assertThat(KvcKey.of(snapshot.text()).hex()).isEqualTo(golden.member("textSha1"));
        assertThat(snapshot.text().remaining()).isEqualTo((int) golden.number("textBytes"));
        byte[] payload = snapshot.payload().toByteArray();
        assertThat(HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(payload)))
                .isEqualTo(golden.member("payloadSha256"));
        boolean verified = golden.member("footer").equals("valid");
        assertThat(snapshot.verification()).isEqualTo(verified ? Verification.VERIFIED : Verification.UNVERIFIED);
        long footerBytes = verified ? golden.number("footerBytes") : 0;
        ByteBuffer trailer = snapshot.trailer().raw();
        assertThat(trailer.remaining()).isEqualTo((int) (golden.number("trailerBytes") - footerBytes));
        byte[] raw = new byte[trailer.remaining()];
        trailer.get(raw);
        assertThat(golden.member("trailerHex")).startsWith(HEX.formatHex(raw));
    }

    @ParameterizedTest
    @MethodSource("good")
    void a_hit_changes_hit_count_and_last_used_of_a_good_file_and_no_other_byte(GoldenFile golden) throws IOException {
        Path file = place(golden, golden.name());
        byte[] expected = golden.bytes();
        try (FileSystemKvStore store = open()) {
            store.load(golden.key()).orElseThrow().close();
        }
        ByteBuffer header = ByteBuffer.wrap(expected).order(ByteOrder.LITTLE_ENDIAN);
        long hits = Math.min(KvcHeader.MAX_HIT_COUNT, golden.number("hitCount") + 1);
        header.putInt(12, (int) hits).putLong(32, clock.unix());
        assertThat(file).hasBinaryContent(expected);
    }

    @ParameterizedTest
    @MethodSource("bad")
    void a_bad_file_is_a_miss_and_is_set_aside_unless_another_version_may_read_it(GoldenFile golden)
            throws IOException {
        KvcKey key = KvcKey.of(golden.name());
        Path file = place(golden, key + ".kv");
        boolean stays = switch (KvcFormatException.Kind.valueOf(golden.member("kind"))) {
            case UNSUPPORTED_VERSION, TEXT_TOO_LARGE, KEY_MISMATCH -> true;
            case TRUNCATED, BAD_MAGIC, PAYLOAD_TOO_LARGE, CHECKSUM_MISMATCH -> false;
        };
        Path left = stays ? file : directory.resolve(key + ".kv.bad");
        try (FileSystemKvStore store = open()) {
            assertThat(store.load(key)).isEmpty();
            assertThat(store.stats().misses()).containsKey(stays ? MissReason.UNREADABLE : MissReason.CORRUPT);
            assertThat(store.stats().setAside()).isEqualTo(stays ? 0 : 1);
            store.openReport(); // an exact load does not wait for the scan, the sum of bytes comes from it
            assertThat(store.stats().bytes()).isEqualTo(golden.number("fileBytes"));
        }
        assertThat(left).hasBinaryContent(golden.bytes());
        try (Stream<Path> names = Files.list(directory)) {
            assertThat(names).containsExactly(left);
        }
    }

    @ParameterizedTest
    @MethodSource("truncated")
    void a_file_that_is_too_short_and_young_may_still_be_arriving_and_stays(GoldenFile golden) throws IOException {
        KvcKey key = KvcKey.of(golden.name());
        Path file = place(golden, key + ".kv");
        Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
        try (FileSystemKvStore store = open()) {
            assertThat(store.load(key)).isEmpty();
            assertThat(store.stats().misses()).containsOnlyKeys(MissReason.INCOMPLETE);
        }
        assertThat(file).hasBinaryContent(golden.bytes());
    }
}
