package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static dev.kvc.store.fs.Fixtures.placeReferenceFile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.faultfs.Operation;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStores;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.VerifyOptions;
import dev.kvc.store.VerifyReport;
import dev.kvc.store.VerifyReport.Finding;
import dev.kvc.store.VerifyReport.Kind;
import dev.kvc.store.VerifyReport.Remedy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** U12, U23: verifying says what is in a directory and what a store would do about it, and does it only when asked. */
class VerifyTest {
    private static final long YEAR_2001 = 1_000_000_000L;

    @TempDir
    private Path directory;

    private FileSystemKvStore open() throws IOException {
        return FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(64))
                .open();
    }

    private VerifyReport verify(VerifyOptions options) throws IOException {
        return KvStores.verify(directory.toUri().toString(), options);
    }

    private Path file(String text) {
        return directory.resolve(KvcKey.of(text) + ".kv");
    }

    private Map<String, byte[]> contents() throws IOException {
        Map<String, byte[]> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(directory.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return contents;
    }

    private void flipLastPayloadByte(String text, int payloadBytes) throws IOException {
        byte[] bytes = Files.readAllBytes(file(text));
        bytes[52 + text.length() + payloadBytes - 1] ^= 1;
        Files.write(file(text), bytes);
    }

    private static Finding only(VerifyReport report) {
        assertThat(report.findings()).hasSize(1);
        return report.findings().get(0);
    }

    @Test
    void snapshotsInOrderAreCountedByWhetherTheyHaveChecksums() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(draft("one", 1000));
            store.in(Namespace.of("alice")).save(draft("two", 1000));
        }
        placeReferenceFile(directory, "three", 1000, YEAR_2001);
        VerifyReport report = verify(VerifyOptions.DEFAULT);
        assertThat(report.findings()).isEmpty();
        assertThat(report.isSound()).isTrue();
        assertThat(report.verified()).isEqualTo(2);
        assertThat(report.unverified()).isEqualTo(1);
        assertThat(report.files()).isEqualTo(3);
        assertThat(report.bytes())
                .isEqualTo(contents().values().stream()
                        .mapToLong(bytes -> bytes.length)
                        .sum());
    }

    @Test
    void u12_nothing_is_changed_unless_asked() throws IOException {
        fillWithEverything();
        Map<String, byte[]> before = contents();
        VerifyReport report = verify(VerifyOptions.DEFAULT);
        assertThat(contents()).usingRecursiveComparison().isEqualTo(before);
        assertThat(report.isSound()).isFalse();
        assertThat(report.findings()).noneMatch(Finding::mended);
        assertThat(report.findings())
                .extracting(Finding::kind)
                .containsExactlyInAnyOrder(
                        Kind.DAMAGED,
                        Kind.DAMAGED,
                        Kind.INCOMPLETE,
                        Kind.OTHER_VERSION,
                        Kind.OTHER_KEY,
                        Kind.SET_ASIDE,
                        Kind.DEAD_TEMPORARY,
                        Kind.OTHER);
        assertThat(report.verified()).isEqualTo(2);
        assertThat(report.findings())
                .allSatisfy(finding -> assertThat(finding.detail()).isNotBlank());
    }

    private void fillWithEverything() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(draft("whole", 1000));
            store.save(draft("flipped", 1000));
            store.save(KvcKey.of("made up"), draft("another text", 10), SaveOptions.DEFAULT);
        }
        flipLastPayloadByte("flipped", 1000);
        Path cut = placeReferenceFile(directory, "cut long ago", 1000, YEAR_2001);
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), 500));
        Files.setLastModifiedTime(cut, FileTime.from(Instant.ofEpochSecond(YEAR_2001)));
        Path arriving = placeReferenceFile(directory, "arriving", 1000, YEAR_2001);
        Files.write(arriving, Arrays.copyOf(Files.readAllBytes(arriving), 500));
        Path newer = placeReferenceFile(directory, "newer", 1000, YEAR_2001);
        byte[] versionTwo = Files.readAllBytes(newer);
        versionTwo[3] = 2;
        Files.write(newer, versionTwo);
        Files.write(directory.resolve(KvcKey.of("bad") + ".kv.bad"), new byte[10]);
        Files.write(directory.resolve(KvcKey.of("dead") + ".0123456789abcdef.kvc.tmp"), new byte[10]);
        Files.write(directory.resolve("notes.txt"), new byte[10]);
    }

    @Test
    void whatIsDamagedOrDeadIsMendedWhenAskedAndNothingElse() throws IOException {
        fillWithEverything();
        VerifyReport report = verify(VerifyOptions.DEFAULT.mending());
        assertThat(report.isSound()).isTrue();
        assertThat(report.findings())
                .filteredOn(Finding::mended)
                .extracting(Finding::remedy)
                .containsExactlyInAnyOrder(Remedy.SET_ASIDE, Remedy.SET_ASIDE, Remedy.DELETE);
        assertThat(contents().keySet())
                .contains(KvcKey.of("flipped") + ".kv.bad", KvcKey.of("cut long ago") + ".kv.bad", "notes.txt")
                .contains(KvcKey.of("arriving") + ".kv", KvcKey.of("newer") + ".kv")
                .noneMatch(name -> name.endsWith(".tmp"));
        assertThat(verify(VerifyOptions.DEFAULT).isSound()).isTrue();
    }

    @Test
    void withoutPayloadsWhatIsInThemIsNotSeen() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(draft("flipped", 1000));
        }
        flipLastPayloadByte("flipped", 1000);
        assertThat(verify(VerifyOptions.DEFAULT.withoutPayloads()).findings()).isEmpty();
        Finding found = only(verify(VerifyOptions.DEFAULT));
        assertThat(found.kind()).isEqualTo(Kind.DAMAGED);
        assertThat(found.file()).isEqualTo(file("flipped").getFileName().toString());
    }

    @Test
    void temporaryThatIsBeingWrittenIsLeftAlone() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(SnapshotDraft.builder()
                    .text("one")
                    .payload(PayloadSource.of(3, out -> {
                        Finding found = only(verify(VerifyOptions.DEFAULT.mending()));
                        assertThat(found.kind()).isEqualTo(Kind.LIVE_TEMPORARY);
                        out.write(ByteBuffer.wrap(new byte[3]));
                    }))
                    .build());
            assertThat(store.contains(KvcKey.of("one"))).isTrue();
        }
    }

    @Test
    void storeThatIsOpenServesWhatVerifyingHasLeft() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(draft("one", 1000));
            store.save(draft("flipped", 1000));
            flipLastPayloadByte("flipped", 1000);
            assertThat(verify(VerifyOptions.DEFAULT.mending()).isSound()).isTrue();
            assertThat(store.load(KvcKey.of("flipped"))).isEmpty();
            store.load(KvcKey.of("one")).orElseThrow().close();
        }
    }

    @Test
    void directoryThatAnotherProcessWritesToIsVerifiedBesideIt() throws Exception {
        try (ChildProcess child = ChildProcess.start(directory, 64 << 20, "child", 1)) {
            assertThat(child.hear()).isEqualTo("open");
            child.ask("save 5");
            child.ask("hang");
            VerifyReport report = verify(VerifyOptions.DEFAULT.mending());
            assertThat(report.verified()).isEqualTo(5);
            assertThat(only(report).kind()).isEqualTo(Kind.LIVE_TEMPORARY);
        }
        Finding left = only(verify(VerifyOptions.DEFAULT));
        assertThat(left.kind()).isEqualTo(Kind.DEAD_TEMPORARY);
        assertThat(left.remedy()).isEqualTo(Remedy.DELETE);
        assertThat(verify(VerifyOptions.DEFAULT.mending()).isSound()).isTrue();
        assertThat(verify(VerifyOptions.DEFAULT).findings()).isEmpty();
    }

    @Test
    void whatIsWrongInANamespaceIsNamedWithIt() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.in(Namespace.of("alice")).save(draft("one", 1000));
        }
        Path inNamespace = directory.resolve("alice").resolve(KvcKey.of("one") + ".kv");
        byte[] damaged = Files.readAllBytes(inNamespace);
        damaged[100] ^= 1;
        Files.write(inNamespace, damaged);
        assertThat(only(verify(VerifyOptions.DEFAULT)).file()).isEqualTo("alice/" + KvcKey.of("one") + ".kv");
        assertThat(only(verify(VerifyOptions.DEFAULT.mending())).mended()).isTrue();
        assertThat(directory.resolve("alice").resolve(KvcKey.of("one") + ".kv.bad"))
                .hasBinaryContent(damaged);
    }

    /** As another user sees it, or as it is on a medium that cannot be written. */
    private FileSystemKvStore.Builder readOnly() throws IOException {
        return FileSystemKvStore.builder(Fixtures.watched(directory, (operation, path) -> {
            switch (operation) {
                case OPEN_WRITE, CREATE, DELETE, MOVE, CREATE_DIRECTORY, WRITE_ACCESS ->
                    throw new AccessDeniedException(path.toString());
                default -> {
                    // May be done by who may not write.
                }
            }
        }));
    }

    @Test
    void directoryThatCannotBeWrittenIsVerifiedAsAnyOther() throws IOException {
        fillWithEverything();
        VerifyReport expected = verify(VerifyOptions.DEFAULT);
        assertThat(readOnly().verify(VerifyOptions.DEFAULT)).isEqualTo(expected);
    }

    @Test
    void filesThatMayNotBeOpenedAreNamed() throws IOException {
        fillWithEverything();
        Path watched = Fixtures.watched(directory, (operation, path) -> {
            if (Fixtures.isOpening(operation)) {
                throw new AccessDeniedException(path.toString());
            }
        });
        VerifyReport report = FileSystemKvStore.builder(watched).verify(VerifyOptions.DEFAULT);
        assertThat(report.verified() + report.unverified()).isZero();
        assertThat(report.findings())
                .filteredOn(finding -> finding.kind() == Kind.UNREADABLE)
                .hasSize(7);
    }

    @Test
    void whatCannotBeMendedIsAnExceptionAndNotSaidToBeMended() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(draft("flipped", 1000));
        }
        assertThat(readOnly().verify(VerifyOptions.DEFAULT.mending()).isSound()).isTrue();
        flipLastPayloadByte("flipped", 1000);
        assertThatThrownBy(() -> readOnly().verify(VerifyOptions.DEFAULT.mending()))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining(file("flipped").toString());
        assertThat(file("flipped")).exists();
    }

    /** It is another file by then, and not the one that was read. */
    @Test
    void damagedFileThatIsReplacedBeforeItIsSetAsideIsNotSaidToBeMended() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(draft("flipped", 1000));
            flipLastPayloadByte("flipped", 1000);
            int[] looks = new int[1];
            Path watched = Fixtures.watched(directory, (operation, path) -> {
                if (operation == Operation.MOVE && looks[0]++ == 0) {
                    store.save(draft("flipped", 2000));
                }
            });
            VerifyReport report = FileSystemKvStore.builder(watched).verify(VerifyOptions.DEFAULT.mending());
            assertThat(only(report).kind()).isEqualTo(Kind.INCOMPLETE);
            assertThat(only(report).mended()).isFalse();
            store.load(KvcKey.of("flipped")).orElseThrow().close();
        }
    }

    @Test
    void whatCannotBeVerifiedIsRefusedByName() throws IOException {
        assertThatThrownBy(() -> KvStores.verify("memory:?budget=1MiB", VerifyOptions.DEFAULT))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("memory");
        assertThatThrownBy(() ->
                        KvStores.verify(directory.resolve("absent").toUri().toString(), VerifyOptions.DEFAULT))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("absent");
        assertThat(directory.resolve("absent")).doesNotExist();
        Path file = Files.write(directory.resolve("file"), new byte[1]);
        assertThatThrownBy(() -> KvStores.verify(file.toUri().toString(), VerifyOptions.DEFAULT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not a directory");
        assertThatThrownBy(() -> KvStores.verify(directory.toUri() + "?frob=1", VerifyOptions.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("frob");
    }
}
