package dev.kvc.store.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.store.PayloadSource;
import dev.kvc.store.SnapshotDraft;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** One payload for several stores: who writes it, who keeps it, and how often it is asked for. */
class SharedSourceTest {
    private final byte[] payload = new byte[3 << 20];
    private final Once origin = new Once();

    SharedSourceTest() {
        new Random(7).nextBytes(payload);
    }

    /** Can be written once, in pieces. */
    private final class Once implements PayloadSource {
        private int times;

        @Override
        public long size() {
            return payload.length;
        }

        @Override
        public boolean isRepeatable() {
            return false;
        }

        @Override
        public void writeTo(WritableByteChannel out) throws IOException {
            assertThat(++times).isEqualTo(1);
            for (int at = 0; at < payload.length; at += 1_000_000) {
                ByteBuffer piece = ByteBuffer.wrap(payload, at, Math.min(1_000_000, payload.length - at));
                while (piece.hasRemaining()) {
                    out.write(piece);
                }
            }
        }
    }

    /** Takes as much of what it is given as it likes. */
    private static final class Choosy implements WritableByteChannel {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

        @Override
        public int write(ByteBuffer src) {
            int count = Math.min(src.remaining(), 300_000);
            for (int i = 0; i < count; i++) {
                taken.write(src.get());
            }
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private SnapshotDraft draft() {
        return SnapshotDraft.builder().text("one").payload(origin).build().withTimes(1);
    }

    private static byte[] bytes(PayloadSource source) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        source.writeTo(Channels.newChannel(bytes));
        return bytes.toByteArray();
    }

    @Test
    void copyIsMadeWhileTheStoreBeforeWrites() throws IOException {
        SnapshotDraft shared = SharedSource.shareAndHold(draft());
        Choosy disk = new Choosy();
        shared.payload().writeTo(disk);
        assertThat(disk.taken.toByteArray()).isEqualTo(payload);
        HeldSnapshot held = HeldSnapshot.of(shared, 0);
        assertThat(bytes(held.payload())).isEqualTo(payload);
        assertThat(HeldSnapshot.of(shared, 0)).isSameAs(held);
        assertThat(bytes(shared.payload())).isEqualTo(payload);
    }

    @Test
    void whatOneStoreHoldsTheNextWrites() throws IOException {
        SnapshotDraft shared = SharedSource.share(draft(), 0);
        HeldSnapshot held = HeldSnapshot.of(shared, 0);
        assertThat(bytes(shared.payload())).isEqualTo(payload);
        assertThat(bytes(held.payload())).isEqualTo(payload);
    }

    @Test
    void nothingIsHeldOfWhatWasNotWrittenAsAWhole() {
        SnapshotDraft shared = SharedSource.shareAndHold(draft());
        WritableByteChannel full = Channels.newChannel(new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int from, int length) {
                throw new IllegalStateException("full");
            }
        });
        assertThatThrownBy(() -> shared.payload().writeTo(full)).hasMessage("full");
        assertThatThrownBy(() -> HeldSnapshot.of(shared, 0)).hasMessageContaining("only once");
    }

    @Test
    void sourceThatWritesTooLittleIsNotHeld() {
        SnapshotDraft shared = SharedSource.shareAndHold(draft().withPayload(new PayloadSource() {
            @Override
            public long size() {
                return 10;
            }

            @Override
            public boolean isRepeatable() {
                return true;
            }

            @Override
            public void writeTo(WritableByteChannel out) throws IOException {
                out.write(ByteBuffer.allocate(9));
            }
        }));
        assertThatThrownBy(() -> shared.payload().writeTo(new Choosy()))
                .hasMessage("the payload was announced with 10 bytes, and 9 came");
    }
}
