package dev.kvc.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.format.ReaderAt;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.Verification;
import dev.kvc.store.VerifyOptions;
import dev.kvc.store.VerifyReport;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.spi.StoredFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An object is the exact file: it can be copied out, and others can be copied in. */
class S3FilesTest extends S3Fixture {
    private static final String TEXT = "a text";
    private static final int MIB = 1 << 20;

    @TempDir
    Path directory;

    private KvStore files() throws IOException {
        return track(FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(64))
                .clock(clock)
                .open());
    }

    private Path file(String text) {
        return directory.resolve(KvcKey.of(text).hex() + ".kv");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, MIB, 4 * MIB - 1, 4 * MIB, 4 * MIB + 1, 11 * MIB})
    void objectIsTheFileThatADirectoryWouldHold(int payloadBytes) throws Exception {
        SnapshotDraft draft = draft(TEXT, bytes(7, payloadBytes)).build();
        open("&part-size=5MiB").save(draft);
        files().save(draft);
        assertThat(object(name(TEXT))).isEqualTo(Files.readAllBytes(file(TEXT)));
    }

    @Test
    void fileIsTheObjectUntilAnotherTakesItsPlace() throws Exception {
        KvStore store = open("&part-size=5MiB");
        store.save(draft(TEXT, bytes(7, 6 * MIB)).build());
        ReaderAt file = ((StoredFiles) store).file(KvcKey.of(TEXT)).orElseThrow();
        ByteBuffer all = ByteBuffer.allocate((int) file.size());
        file.readFully(all, 0, "the file", TEXT);
        assertThat(all.array()).isEqualTo(object(name(TEXT)));
        store.save(draft(TEXT, bytes(8, 6 * MIB)).build());
        assertThatThrownBy(() -> file.readFully(all.clear(), 0, "the file", TEXT))
                .isInstanceOf(NoSuchFileException.class);
        store.remove(KvcKey.of(TEXT));
        assertThat(((StoredFiles) store).file(KvcKey.of(TEXT))).isEmpty();
    }

    @Test
    void damagedObjectIsNamedByVerificationWhichRemovesItWhenAsked() throws Exception {
        KvStore store = open("");
        store.save(draft(TEXT));
        store.in(Namespace.of("whole")).save(draft(TEXT));
        byte[] bytes = object(name(TEXT));
        bytes[100] ^= 1;
        put(name(TEXT), bytes);
        String uri = S3Server.uri(prefix, "");
        VerifyReport named = KvStores.verify(uri, VerifyOptions.DEFAULT);
        assertThat(named.files()).isEqualTo(2);
        assertThat(named.verified()).isEqualTo(1);
        assertThat(named.findings()).extracting(VerifyReport.Finding::kind).containsExactly(VerifyReport.Kind.DAMAGED);
        assertThat(object(name(TEXT))).isEqualTo(bytes);
        assertThat(KvStores.verify(uri, VerifyOptions.DEFAULT.mending()).isSound())
                .isTrue();
        assertThat(open("").contains(KvcKey.of(TEXT))).isFalse();
    }

    @Test
    void objectThatIsCopiedOutIsOpenedByADirectory() throws Exception {
        open("").save(draft(TEXT));
        Files.write(file(TEXT), object(name(TEXT)));
        try (Snapshot snapshot = files().load(KvcKey.of(TEXT)).orElseThrow()) {
            assertThat(snapshot.verification()).isEqualTo(Verification.VERIFIED);
            assertThat(snapshot.payload().toByteArray()).isEqualTo(bytes(TEXT.hashCode(), 1000));
        }
    }

    @Test
    void fileThatIsCopiedInIsLoadedAndLookedAt() throws Exception {
        files().save(draft(TEXT));
        put(name(TEXT), Files.readAllBytes(file(TEXT)));
        KvStore store = open("");
        SnapshotInfo info = store.stat(KvcKey.of(TEXT)).orElseThrow();
        assertThat(info.header().tokenCount()).isEqualTo(TEXT.length());
        assertThat(info.textBytes()).isEqualTo(TEXT.length());
        assertServed(store, TEXT);
    }

    @Test
    void fileThatIsCopiedInIsMatchedOnceItHasBeenListed() throws Exception {
        files().save(draft(TEXT));
        put(name(TEXT), Files.readAllBytes(file(TEXT)));
        try (Stream<SnapshotInfo> all = open("").list()) {
            assertThat(all).extracting(SnapshotInfo::textBytes).containsExactly(TEXT.length());
        }
        assertThat(entries()).hasSize(1);
        KvStore other = open("");
        try (Snapshot snapshot = other.loadLongestPrefix(PrefixQuery.of(PROMPT)).orElseThrow()) {
            assertThat(snapshot.info().key()).isEqualTo(KvcKey.of(TEXT));
        }
    }

    /** A hit by the reference implementation zeroes model and ABI in the header; the footer still has them. */
    @Test
    void modelOfAFileThatOthersHitIsTakenFromItsFooter() throws Exception {
        files().save(draft(TEXT));
        byte[] file = Files.readAllBytes(file(TEXT));
        file[7] = 0;
        file[20] = 0;
        put(name(TEXT), file);
        KvStore store = open("");
        assertThat(store.stat(KvcKey.of(TEXT)).orElseThrow().header().modelId()).isEqualTo(1);
        PrefixQuery gated = PrefixQuery.builder(PROMPT).modelId(1).payloadAbi(2).build();
        assertThat(store.load(KvcKey.of(TEXT), LoadOptions.DEFAULT.expecting(gated)))
                .isPresent();
    }

    @Test
    void metadataThatAreNoLabelAreReadPast() throws Exception {
        files().save(draft(TEXT));
        put(name(TEXT), Files.readAllBytes(file(TEXT)), Map.of(Label.METADATA, "nonsense"));
        KvStore store = open("");
        assertThat(store.stat(KvcKey.of(TEXT))).isPresent();
        assertServed(store, TEXT);
    }

    @Test
    void whatIsNoSnapshotIsLeftAlone() throws Exception {
        put(prefix + "/readme.txt", bytes(1, 10));
        put(prefix + "/" + "A".repeat(40) + ".kv", bytes(1, 100));
        put(name("broken"), bytes(1, 100));
        KvStore store = open("");
        try (Stream<SnapshotInfo> all = store.list()) {
            assertThat(all).isEmpty();
        }
        assertThat(store.evictToBudget()).isZero();
        assertThat(names()).hasSize(3);
    }

    @Test
    void headerIsInTheMetadata() throws Exception {
        open("").save(draft(TEXT));
        Label label = Label.parse(head(name(TEXT)).metadata().get(Label.METADATA));
        assertThat(label.header().tokenCount()).isEqualTo(TEXT.length());
        assertThat(label.textBytes()).isEqualTo(TEXT.length());
        assertThat(label.fileBytes()).isEqualTo(head(name(TEXT)).contentLength());
    }

    @Test
    void encryptionIsAskedFor() throws Exception {
        open("&sse=aes256").save(draft(TEXT));
        assertThat(head(name(TEXT)).serverSideEncryptionAsString()).isEqualTo("AES256");
    }
}
