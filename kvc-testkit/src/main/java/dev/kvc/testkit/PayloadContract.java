package dev.kvc.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.format.BlockChecksums;
import dev.kvc.format.KvcKey;
import dev.kvc.store.Mapping;
import dev.kvc.store.Payload;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** What a loaded snapshot gives: its payload by every way, its life, and who closes what. */
abstract class PayloadContract extends LoadingContract {
    private static final String TEXT = "a text";
    private static final int SIZE = 2 * MIB + 777;
    private static final SeededPayload PAYLOAD = new SeededPayload(42, SIZE);

    private Snapshot saveAndLoad() throws Exception {
        store().save(draft(TEXT, PAYLOAD).build());
        return load(TEXT);
    }

    @Test
    void payloadIsReadFromAnyPosition() throws Exception {
        Random random = seed.random();
        try (Snapshot snapshot = saveAndLoad()) {
            for (int i = 0; i < 100; i++) {
                assertReads(
                        snapshot.payload(), random.nextInt(SIZE), 1 + random.nextInt(200_000), random.nextBoolean());
            }
        }
    }

    private static void assertReads(Payload payload, int position, int room, boolean direct) throws Exception {
        ByteBuffer target = direct ? ByteBuffer.allocateDirect(room + 5) : ByteBuffer.allocate(room + 5);
        target.position(3).limit(3 + room);
        int count = payload.read(target, position);
        assertThat(count).isBetween(1, Math.min(room, SIZE - position));
        assertThat(target.position()).isEqualTo(3 + count);
        assertThat(target.limit()).isEqualTo(3 + room);
        PAYLOAD.assertIs(target.duplicate().position(3).limit(3 + count), position);
    }

    @Test
    void checksumsThatAPayloadBringsAreThoseOfItsBytes() throws Exception {
        try (Snapshot snapshot = saveAndLoad()) {
            BlockChecksums due = new BlockChecksums(SIZE);
            due.update(ByteBuffer.wrap(PAYLOAD.bytes(0, SIZE)));
            assertThat(snapshot.payload().checksums().orElse(due.finish())).isEqualTo(due.finish());
        }
    }

    @Test
    void readEndsAtTheEnd() throws Exception {
        try (Snapshot snapshot = saveAndLoad()) {
            ByteBuffer target = ByteBuffer.allocate(10);
            assertThat(snapshot.payload().read(target, SIZE)).isEqualTo(-1);
            assertThat(snapshot.payload().read(target, SIZE + 1L)).isEqualTo(-1);
            assertThat(snapshot.payload().read(target, Long.MAX_VALUE)).isEqualTo(-1);
            assertThat(target.position()).isZero();
            assertThat(snapshot.payload().read(target, SIZE - 1)).isEqualTo(1);
        }
    }

    @Test
    void readIntoAFullBufferReadsNothing() throws Exception {
        try (Snapshot snapshot = saveAndLoad()) {
            assertThat(snapshot.payload().read(ByteBuffer.allocate(0), 0)).isZero();
        }
    }

    @Test
    void negativePositionIsRefusedByName() throws Exception {
        try (Snapshot snapshot = saveAndLoad()) {
            assertThatThrownBy(() -> snapshot.payload().read(ByteBuffer.allocate(1), -7))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("-7");
        }
    }

    @Test
    void readFullyPastTheEndSaysSo() throws Exception {
        try (Snapshot snapshot = saveAndLoad()) {
            ByteBuffer target = ByteBuffer.allocate(100);
            snapshot.payload().readFully(target, SIZE - 100);
            PAYLOAD.assertIs(target.flip(), SIZE - 100);
            assertThatThrownBy(() -> snapshot.payload().readFully(target.clear(), SIZE - 99))
                    .isInstanceOf(EOFException.class);
        }
    }

    @Test
    void rangesAreTransferred() throws Exception {
        try (Snapshot snapshot = saveAndLoad()) {
            assertTransfers(snapshot.payload(), 0, SIZE, SIZE);
            assertTransfers(snapshot.payload(), MIB - 1, MIB + 2, MIB + 2);
            assertTransfers(snapshot.payload(), 5, 0, 0);
            assertTransfers(snapshot.payload(), SIZE - 3, 4, 3);
            assertTransfers(snapshot.payload(), SIZE, 1, 0);
            assertTransfers(snapshot.payload(), SIZE + 10L, 1, 0);
            assertTransfers(snapshot.payload(), 1, Long.MAX_VALUE, SIZE - 1);
        }
    }

    private static void assertTransfers(Payload payload, long position, long count, int expected) throws Exception {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        assertThat(payload.transferTo(position, count, Channels.newChannel(target)))
                .isEqualTo(expected);
        assertThat(target.size()).isEqualTo(expected);
        PAYLOAD.assertIs(ByteBuffer.wrap(target.toByteArray()), position);
    }

    @Test
    void payloadIsASourceForAnotherSave() throws Exception {
        try (Snapshot snapshot = saveAndLoad()) {
            assertThat(snapshot.payload().isRepeatable()).isTrue();
            store().save(SnapshotDraft.builder()
                    .header(snapshot.info().header())
                    .text("a copy")
                    .payload(snapshot.payload())
                    .trailer(snapshot.trailer())
                    .build());
        }
        assertServed(store(), KvcKey.of("a copy"), "a copy", PAYLOAD);
    }

    @Test
    void payloadIsStreamed() throws Exception {
        try (Snapshot snapshot = saveAndLoad();
                InputStream in = snapshot.payload().newInputStream()) {
            assertThat(in.read()).isEqualTo(Byte.toUnsignedInt(PAYLOAD.bytes(0, 1)[0]));
            assertThat(in.readNBytes(1000)).isEqualTo(PAYLOAD.bytes(1, 1000));
            assertThat(in.skip(MIB)).isEqualTo(MIB);
            assertThat(in.readNBytes(50)).isEqualTo(PAYLOAD.bytes(1001 + MIB, 50));
            assertThat(in.readAllBytes()).isEqualTo(PAYLOAD.bytes(1051 + MIB, SIZE - 1051 - MIB));
            assertThat(in.read()).isEqualTo(-1);
            assertThat(in.skip(1)).isZero();
        }
    }

    @Test
    void closingAStreamDoesNotCloseItsSnapshot() throws Exception {
        try (Snapshot snapshot = saveAndLoad()) {
            InputStream first = snapshot.payload().newInputStream();
            assertThat(first.read()).isNotNegative();
            first.close();
            try (InputStream second = snapshot.payload().newInputStream()) {
                assertThat(second.readAllBytes()).isEqualTo(PAYLOAD.bytes());
            }
        }
    }

    @Test
    void payloadIsGivenAsAnArray() throws Exception {
        try (Snapshot snapshot = saveAndLoad()) {
            byte[] first = snapshot.payload().toByteArray();
            assertThat(first).isEqualTo(PAYLOAD.bytes());
            first[0]++;
            assertThat(snapshot.payload().toByteArray()).isEqualTo(PAYLOAD.bytes());
        }
    }

    @Test
    void payloadIsMappedInReadOnlySlices() throws Exception {
        try (Snapshot snapshot = saveAndLoad();
                Mapping mapping = snapshot.payload().map()) {
            long at = 0;
            for (ByteBuffer slice : mapping.slices()) {
                assertThat(slice.isReadOnly()).isTrue();
                assertThat(slice.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
                assertThat(slice.remaining()).isBetween(1, 1 << 30);
                PAYLOAD.assertIs(slice.duplicate(), at);
                at += slice.remaining();
            }
            assertThat(at).isEqualTo(SIZE);
        }
    }

    @Test
    void mappingMayBeClosedTwiceAndOutliveItsSnapshot() throws Exception {
        Mapping mapping;
        try (Snapshot snapshot = saveAndLoad()) {
            mapping = snapshot.payload().map();
        }
        PAYLOAD.assertIs(mapping.slices().get(0).duplicate(), 0);
        mapping.close();
        mapping.close();
    }

    @Test
    void mappingOfAClosedSnapshotKeepsItsBytesWhateverIsLoadedThen() throws Exception {
        SeededPayload other = new SeededPayload(43, SIZE);
        store().save(draft("another text", other).build());
        Snapshot first = saveAndLoad();
        try (Mapping mapping = first.payload().map()) {
            first.close();
            try (Snapshot second = load("another text")) {
                other.assertIs(second.payload());
                long at = 0;
                for (ByteBuffer slice : mapping.slices()) {
                    PAYLOAD.assertIs(slice.duplicate(), at);
                    at += slice.remaining();
                }
                assertThat(at).isEqualTo(SIZE);
            }
        }
    }

    @Test
    void emptyPayloadIsEmptyByEveryWay() throws Exception {
        SeededPayload none = new SeededPayload(0, 0);
        store().save(draft(TEXT, none).build());
        try (Snapshot snapshot = load(TEXT);
                Mapping mapping = snapshot.payload().map();
                InputStream in = snapshot.payload().newInputStream()) {
            assertThat(snapshot.payload().size()).isZero();
            assertThat(snapshot.payload().read(ByteBuffer.allocate(1), 0)).isEqualTo(-1);
            assertThat(snapshot.payload().toByteArray()).isEmpty();
            assertThat(mapping.slices()).isEmpty();
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void closedSnapshotGivesNoBytes() throws Exception {
        Snapshot snapshot = saveAndLoad();
        Payload payload = snapshot.payload();
        snapshot.close();
        snapshot.close();
        assertClosed(() -> payload.read(ByteBuffer.allocate(1), 0));
        assertClosed(() -> payload.transferTo(0, 1, Channels.newChannel(new ByteArrayOutputStream())));
        assertClosed(payload::toByteArray);
        assertClosed(payload::map);
        assertClosed(() -> payload.newInputStream().read());
    }

    private static void assertClosed(Callable<?> action) {
        assertThatThrownBy(action::call).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void threadsMayShareASnapshot() throws Exception {
        try (Snapshot snapshot = saveAndLoad()) {
            List<Callable<Void>> readers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                readers.add(() -> {
                    PAYLOAD.assertIs(snapshot.payload());
                    return null;
                });
            }
            Threads.runAll(readers);
        }
    }

    @Test
    void u25InterruptedReaderClosesItsOwnSnapshotAlone() throws Exception {
        try (Snapshot interrupted = saveAndLoad();
                Snapshot other = load(TEXT)) {
            readInterrupted(interrupted);
            PAYLOAD.assertIs(other.payload());
            assertServed(store(), KvcKey.of(TEXT), TEXT, PAYLOAD);
        }
    }

    /** A read that is interrupted gives right bytes or none. */
    private static void readInterrupted(Snapshot snapshot) throws Exception {
        Thread.currentThread().interrupt();
        try {
            PAYLOAD.assertIs(snapshot.payload());
        } catch (ClosedChannelException expected) {
            assertThat(Thread.currentThread().isInterrupted())
                    .as("whether the interrupt is still to be seen")
                    .isTrue();
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    void openSnapshotOutlivesItsReplacement() throws Exception {
        assumeSnapshotsOutliveTheirRemoval();
        try (Snapshot old = saveAndLoad()) {
            assertReplaced(store().save(draft(TEXT, new SeededPayload(7, 10)).build()));
            assertIs(old, TEXT, PAYLOAD);
        }
    }

    @Test
    void openSnapshotOutlivesItsRemoval() throws Exception {
        assumeSnapshotsOutliveTheirRemoval();
        try (Snapshot removed = saveAndLoad()) {
            assertThat(store().remove(KvcKey.of(TEXT))).isTrue();
            assertIs(removed, TEXT, PAYLOAD);
            assertThat(removed.trailer().bytes()).isZero();
        }
    }

    @Test
    void openSnapshotOutlivesItsStore() throws Exception {
        assumeSnapshotsOutliveTheirRemoval();
        try (Snapshot open = saveAndLoad()) {
            close();
            assertIs(open, TEXT, PAYLOAD);
            try (Mapping mapping = open.payload().map()) {
                PAYLOAD.assertIs(mapping.slices().get(0).duplicate(), 0);
            }
        }
    }
}
