package dev.kvc.store.spi;

import static dev.kvc.store.spi.Images.MIB;
import static dev.kvc.store.spi.Images.checksums;
import static dev.kvc.store.spi.Images.draft;
import static dev.kvc.store.spi.Images.file;
import static dev.kvc.store.spi.Images.payload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.format.ExtensionFlags;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.PayloadChecksums;
import dev.kvc.format.SessionTitle;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.fs.FileSystemKvStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The stream of a draft's file, which is the file that a directory would hold. */
class FileImageTest {
    @TempDir
    Path directory;

    private byte[] written(SnapshotDraft draft) throws IOException {
        try (KvStore store = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(64))
                .open()) {
            store.save(draft);
        }
        return Files.readAllBytes(directory.resolve(draft.textKey() + ".kv"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, MIB - 1, MIB, MIB + 1, 5 * MIB + 3})
    void isTheFileThatADirectoryWouldHold(int size) throws IOException {
        SnapshotDraft draft =
                draft(payload(size)).sessionTitle(SessionTitle.of("a title")).build();
        assertThat(file(draft)).isEqualTo(written(draft));
        assertThat(FileImage.of(draft, 0).bytes()).isEqualTo(file(draft).length);
    }

    @Test
    void pieceOfAnyLengthIsTaken() throws IOException {
        byte[] payload = payload(3 * MIB);
        PayloadSource inOddPieces = PayloadSource.of(payload.length, out -> {
            ByteBuffer all = ByteBuffer.wrap(payload);
            while (all.hasRemaining()) {
                ByteBuffer piece = all.slice(all.position(), Math.min(all.remaining(), 1_234_567));
                all.position(all.position() + piece.remaining());
                out.write(piece);
                assertThat(piece.hasRemaining()).isFalse();
            }
        });
        KvcHeader header = draft(payload).build().header(0);
        SnapshotDraft odd = SnapshotDraft.builder()
                .header(header)
                .text(Images.TEXT)
                .payload(inOddPieces)
                .build();
        assertThat(file(odd)).isEqualTo(file(draft(payload).build()));
    }

    @Test
    void unverifiedDraftHasNoFooter() throws IOException {
        SnapshotDraft unverified = draft(payload(10)).unverified().build();
        FileImage image = FileImage.of(unverified, 0);
        assertThat(image.hasFooter()).isFalse();
        assertThat(file(unverified)).hasSize(52 + Images.TEXT.length() + 10).isEqualTo(written(unverified));
    }

    @Test
    void endThatAnotherWriterOwnsIsLeftToIt() throws IOException {
        SnapshotDraft owned = draft(payload(10))
                .extensionFlags(new ExtensionFlags(ExtensionFlags.OWNED_END))
                .build();
        assertThat(FileImage.of(owned, 0).hasFooter()).isFalse();
        assertThat(file(owned)).isEqualTo(written(owned));
    }

    @Test
    void timesAreTheStoresWhereTheDraftBringsNone() {
        SnapshotDraft draft =
                SnapshotDraft.builder().text("text").payload(new byte[1]).build();
        KvcHeader header = FileImage.of(draft, 77).header();
        assertThat(header.createdUnix()).isEqualTo(77);
        assertThat(header.lastUsedUnix()).isEqualTo(77);
    }

    @Test
    void sizeThatOnlyABrokenSourceCanAnnounceDoesNotWrapAround() {
        SnapshotDraft draft = SnapshotDraft.builder()
                .text("text")
                .payload(PayloadSource.of(Long.MAX_VALUE, out -> {}))
                .build();
        assertThat(FileImage.of(draft, 0).bytes()).isEqualTo(Long.MAX_VALUE);
    }

    /** Bytes, and checksums that go with them. */
    private record WithChecksums(byte[] bytes, PayloadChecksums known) implements PayloadSource {
        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public void writeTo(WritableByteChannel out) throws IOException {
            out.write(ByteBuffer.wrap(bytes));
        }

        @Override
        public boolean isRepeatable() {
            return true;
        }

        @Override
        public Optional<PayloadChecksums> checksums() {
            return Optional.of(known);
        }
    }

    private static SnapshotDraft summed(byte[] bytes, PayloadChecksums known) {
        return draft(bytes).build().withPayload(new WithChecksums(bytes, known));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, MIB + 1, 9 * MIB})
    void checksumsThatComeWithThePayloadMakeTheSameFile(int size) throws IOException {
        byte[] payload = payload(size);
        SnapshotDraft summed = summed(payload, checksums(payload));
        assertThat(file(summed))
                .isEqualTo(written(summed))
                .isEqualTo(file(draft(payload).build()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, MIB + 1, 9 * MIB})
    void bytesThatChangeBetweenTwoStoresAreNotServed(int size) throws IOException {
        byte[] payload = payload(size);
        PayloadChecksums right = checksums(payload);
        payload[size - 1] ^= 1;
        SnapshotDraft changed = summed(payload, right);
        try (KvStore store = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(64))
                .open()) {
            store.save(changed);
            assertThat(Files.readAllBytes(directory.resolve(changed.textKey() + ".kv")))
                    .isEqualTo(file(changed));
            assertThat(store.load(changed.textKey())).isEmpty();
            assertThat(store.stats().setAside()).isEqualTo(1);
        }
    }

    @Test
    void checksumsOfAnotherLengthAreAnError() {
        SnapshotDraft draft = summed(payload(10), checksums(payload(11)));
        assertThatThrownBy(() -> file(draft)).isInstanceOf(IOException.class).hasMessageContaining("of 11 bytes");
        assertThatThrownBy(() -> written(draft)).isInstanceOf(IOException.class).hasMessageContaining("of 11 bytes");
    }

    /** In a directory, and in memory behind which one is: a copy of a copy has the checksums of the first. */
    @ParameterizedTest
    @EnumSource(Verify.class)
    void verifiedSnapshotBringsItsChecksumsAlsoThroughMemory(Verify verify) throws IOException {
        byte[] payload = payload(2 * MIB + 1);
        SnapshotDraft draft = draft(payload).build();
        Optional<PayloadChecksums> due = verify == Verify.NEVER ? Optional.empty() : Optional.of(checksums(payload));
        try (KvStore store = FileSystemKvStore.builder(directory)
                        .budget(DataSize.ofMebibytes(64))
                        .open();
                KvStore memory = KvStores.open("memory:?budget=64MiB")) {
            store.save(draft);
            try (Snapshot loaded = store.load(draft.textKey(), LoadOptions.DEFAULT.verify(verify))
                    .orElseThrow()) {
                assertThat(loaded.payload().checksums()).isEqualTo(due);
                memory.save(SnapshotDraft.copyOf(loaded));
            }
            try (Snapshot loaded = memory.load(draft.textKey()).orElseThrow()) {
                assertThat(loaded.payload().checksums()).isEqualTo(due);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 11})
    void sourceThatBreaksItsWordIsAnError(int written) {
        SnapshotDraft draft = SnapshotDraft.builder()
                .text("text")
                .payload(PayloadSource.of(10, out -> out.write(ByteBuffer.allocate(written))))
                .build();
        assertThatThrownBy(() -> file(draft)).isInstanceOf(IOException.class).hasMessageContaining("10");
    }
}
