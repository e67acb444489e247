package dev.kvc.store.spi;

import static dev.kvc.store.spi.Images.MIB;
import static dev.kvc.store.spi.Images.checksums;
import static dev.kvc.store.spi.Images.draft;
import static dev.kvc.store.spi.Images.file;
import static dev.kvc.store.spi.Images.load;
import static dev.kvc.store.spi.Images.payload;
import static dev.kvc.store.spi.Images.reader;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.format.KvcFormatException;
import dev.kvc.format.SessionTitle;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.Mapping;
import dev.kvc.store.Payload;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.Verification;
import dev.kvc.store.spi.Images.Elsewhere;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots of files that lie somewhere else. */
class ImageReaderTest {
    private static final int LARGE = 9 * MIB + 5;

    private ImageReader reader = reader(3, 64 * MIB);

    @AfterEach
    void close() {
        reader.close();
    }

    private void holdNothing() {
        reader.close();
        reader = reader(3, 0);
    }

    private Snapshot open(byte[] file, Verify verify) throws IOException {
        return load(reader, new Elsewhere(file), verify, () -> {});
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "1048575", "1048576", "1048577", "4194303", "4194304", "4194305", "9437189"})
    void payloadOfAnySizeIsServedByEveryWay(int size) throws IOException {
        byte[] payload = payload(size);
        byte[] file = file(draft(payload).build());
        for (long held : new long[] {0, 64 * MIB}) {
            for (Verify verify : Verify.values()) {
                try (ImageReader each = reader(2, held);
                        Snapshot snapshot = load(each, new Elsewhere(file), verify, () -> {})) {
                    assertIs(snapshot, payload);
                    assertBringsChecksums(snapshot, verify, payload);
                }
            }
        }
    }

    private static void assertBringsChecksums(Snapshot snapshot, Verify verify, byte[] payload) {
        assertThat(snapshot.payload().checksums())
                .isEqualTo(verify == Verify.NEVER ? Optional.empty() : Optional.of(checksums(payload)));
    }

    @ParameterizedTest
    @EnumSource
    void fileThatIsLentBringsItsChecksumsIfItIsVerified(Verify verify) throws IOException {
        byte[] payload = payload(MIB + 1);
        ByteBuffer file = ByteBuffer.wrap(file(draft(payload).build()));
        try (Snapshot snapshot = openInMemory(file, verify, () -> {})) {
            assertBringsChecksums(snapshot, verify, payload);
        }
    }

    private static void assertIs(Snapshot snapshot, byte[] payload) throws IOException {
        Payload served = snapshot.payload();
        assertThat(served.size()).isEqualTo(payload.length);
        assertThat(served.toByteArray()).isEqualTo(payload);
        assertThat(served.newInputStream().readAllBytes()).isEqualTo(payload);
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        served.writeTo(Channels.newChannel(written));
        assertThat(written.toByteArray()).isEqualTo(payload);
        ByteBuffer direct = ByteBuffer.allocateDirect(payload.length);
        served.readFully(direct, 0);
        assertThat(direct.flip()).isEqualTo(ByteBuffer.wrap(payload));
        ByteBuffer mapped = ByteBuffer.allocate(payload.length);
        try (Mapping mapping = served.map()) {
            mapping.slices().forEach(mapped::put);
        }
        assertThat(mapped.array()).isEqualTo(payload);
    }

    @ParameterizedTest
    @EnumSource
    void anyPartIsReadAndTransferred(Verify verify) throws IOException {
        holdNothing();
        byte[] payload = payload(LARGE);
        Random random = new Random(11);
        try (Snapshot snapshot = open(file(draft(payload).build()), verify)) {
            for (int i = 0; i < 50; i++) {
                int from = random.nextInt(LARGE);
                int count = random.nextInt(LARGE - from) + 1;
                ByteArrayOutputStream part = new ByteArrayOutputStream();
                assertThat(snapshot.payload().transferTo(from, count, Channels.newChannel(part)))
                        .isEqualTo(count);
                assertThat(part.toByteArray()).isEqualTo(Arrays.copyOfRange(payload, from, from + count));
                ByteBuffer read = i % 2 == 0 ? ByteBuffer.allocate(count) : ByteBuffer.allocateDirect(count);
                snapshot.payload().readFully(read, from);
                assertThat(read.flip()).isEqualTo(ByteBuffer.wrap(payload, from, count));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anyPartOfAFileThatIsLentIsTransferred(Verify verify) throws IOException {
        byte[] payload = payload(3 * MIB + 17);
        ByteBuffer file = ByteBuffer.wrap(file(draft(payload).build()));
        Random random = new Random(12);
        try (Snapshot snapshot = openInMemory(file, verify, () -> {})) {
            for (int i = 0; i < 50; i++) {
                int from = random.nextInt(payload.length);
                int count = random.nextInt(payload.length - from) + 1;
                ByteArrayOutputStream part = new ByteArrayOutputStream();
                assertThat(snapshot.payload().transferTo(from, count, Channels.newChannel(part)))
                        .isEqualTo(count);
                assertThat(part.toByteArray()).isEqualTo(Arrays.copyOfRange(payload, from, from + count));
            }
        }
    }

    @Test
    void damageOfAFileThatIsLentIsFoundBeforeAByteOfItIsTransferred() throws IOException {
        byte[] payload = payload(3 * MIB + 17);
        byte[] file = file(draft(payload).build());
        file[52 + Images.TEXT.length() + 2 * MIB + 17] ^= 1;
        try (Snapshot snapshot = openInMemory(ByteBuffer.wrap(file), Verify.ON_READ, () -> {})) {
            ByteArrayOutputStream before = new ByteArrayOutputStream();
            WritableByteChannel out = Channels.newChannel(before);
            assertThatThrownBy(() -> snapshot.payload().transferTo(2 * MIB + 1000, 5, out))
                    .isInstanceOf(KvcFormatException.class);
            assertThat(before.size()).isZero();
            assertThatThrownBy(() -> snapshot.payload().writeTo(out)).isInstanceOf(KvcFormatException.class);
            assertThat(before.toByteArray()).isEqualTo(Arrays.copyOf(payload, 2 * MIB));
            assertThat(snapshot.payload().transferTo(3 * MIB, 17, out)).isEqualTo(17);
        }
    }

    @ParameterizedTest
    @CsvSource({"ON_LOAD, VERIFIED", "ON_READ, ON_READ", "NEVER, UNVERIFIED"})
    void saysWhatItHasVerified(Verify verify, Verification expected) throws IOException {
        byte[] file = file(draft(payload(100)).build());
        try (Snapshot held = open(file, verify)) {
            assertThat(held.verification()).isEqualTo(expected);
        }
        holdNothing();
        try (Snapshot fetched = open(file, verify)) {
            assertThat(fetched.verification()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource
    void fileWithoutAFooterIsServedAsUnverified(Verify verify) throws IOException {
        byte[] payload = payload(2 * MIB);
        try (Snapshot snapshot = open(file(draft(payload).unverified().build()), verify)) {
            assertThat(snapshot.verification()).isEqualTo(Verification.UNVERIFIED);
            assertIs(snapshot, payload);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 64L << 20})
    void damageIsFoundOnLoad(long held) throws IOException {
        byte[] file = file(draft(payload(LARGE)).build());
        file[file.length / 2] ^= 1;
        try (ImageReader each = reader(2, held)) {
            assertThatThrownBy(() -> load(each, new Elsewhere(file), Verify.ON_LOAD, () -> {}))
                    .isInstanceOfSatisfying(
                            KvcFormatException.class,
                            e -> assertThat(e.kind()).isEqualTo(KvcFormatException.Kind.CHECKSUM_MISMATCH));
        }
    }

    @Test
    void damageIsFoundBeforeAByteOfItIsRead() throws IOException {
        byte[] payload = payload(LARGE);
        byte[] file = file(draft(payload).build());
        int damaged = 5 * MIB + 17;
        file[52 + Images.TEXT.length() + damaged] ^= 1;
        try (Snapshot snapshot = open(file, Verify.ON_READ)) {
            ByteBuffer all = ByteBuffer.allocateDirect(LARGE);
            assertThatThrownBy(() -> snapshot.payload().readFully(all, 0)).isInstanceOf(KvcFormatException.class);
            assertThat(all.duplicate().clear()).isEqualTo(ByteBuffer.allocate(LARGE));
            ByteArrayOutputStream before = new ByteArrayOutputStream();
            WritableByteChannel out = Channels.newChannel(before);
            assertThatThrownBy(() -> snapshot.payload().writeTo(out)).isInstanceOf(KvcFormatException.class);
            assertThat(before.toByteArray()).isEqualTo(Arrays.copyOf(payload, before.size()));
            assertThat(before.size()).isLessThanOrEqualTo(damaged);
            ByteBuffer whole = ByteBuffer.allocate(10);
            snapshot.payload().readFully(whole, 7 * MIB);
            assertThat(whole.flip()).isEqualTo(ByteBuffer.wrap(payload, 7 * MIB, 10));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 60, -1})
    void damagedHeaderTextOrFooterIsFoundAtOnce(int at) throws IOException {
        byte[] file = file(draft(payload(100)).build());
        file[at < 0 ? file.length + at : at] ^= 1;
        assertThatThrownBy(() -> reader.open(new Elsewhere(file), Verify.ON_READ, "elsewhere"))
                .isInstanceOf(KvcFormatException.class)
                .hasMessageContaining("elsewhere");
    }

    @Test
    void fileThatWasCutIsFoundAtOnce() throws IOException {
        byte[] file = file(draft(payload(1000)).build());
        assertThatThrownBy(() -> reader.open(new Elsewhere(Arrays.copyOf(file, 500)), Verify.NEVER, "elsewhere"))
                .isInstanceOf(KvcFormatException.class);
    }

    @Test
    void heldPayloadIsFetchedOnce() throws IOException {
        Elsewhere file = new Elsewhere(file(draft(payload(LARGE)).build()));
        try (Snapshot snapshot = load(reader, file, Verify.ON_LOAD, () -> {})) {
            long fetched = file.bytesRead.get();
            assertThat(fetched).isLessThan(LARGE + 200_000L);
            snapshot.payload().toByteArray();
            assertThat(file.bytesRead.get()).isEqualTo(fetched);
        }
    }

    /** A read of many blocks is a few large ones elsewhere, where each costs a way there and back. */
    @Test
    void largeReadIsAFewUnits() throws IOException {
        Elsewhere file = new Elsewhere(file(draft(payload(16 * MIB)).build()));
        try (Snapshot snapshot = load(reader, file, Verify.ON_READ, () -> {})) {
            int before = file.reads.get();
            snapshot.payload().readFully(ByteBuffer.allocateDirect(16 * MIB), 0);
            assertThat(file.reads.get() - before).isEqualTo(4);
        }
    }

    @Test
    void smallFileIsOneRead() throws IOException {
        Elsewhere file = new Elsewhere(file(draft(payload(1000)).build()));
        load(reader, file, Verify.ON_LOAD, () -> {}).close();
        assertThat(file.reads.get()).isEqualTo(1);
    }

    @Test
    void trailerIsServed() throws IOException {
        byte[] file = file(draft(payload(LARGE))
                .sessionTitle(SessionTitle.of("about stores"))
                .build());
        for (Verify verify : Verify.values()) {
            try (Snapshot snapshot = open(file, verify)) {
                assertThat(snapshot.trailer().sessionTitle()).contains(SessionTitle.of("about stores"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void closedSnapshotGivesNoBytes(Verify verify) throws IOException {
        Snapshot snapshot = open(file(draft(payload(LARGE)).build()), verify);
        snapshot.close();
        assertThatThrownBy(() -> snapshot.payload().read(ByteBuffer.allocate(1), 0))
                .isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> snapshot.payload().map()).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> snapshot.payload().writeTo(Channels.newChannel(new ByteArrayOutputStream())))
                .isInstanceOf(ClosedChannelException.class);
    }

    @ParameterizedTest
    @EnumSource
    void originIsReleasedOnceAndRejectsOnce(Verify verify) throws IOException {
        AtomicInteger rejected = new AtomicInteger();
        AtomicInteger released = new AtomicInteger();
        StoredImage.Origin origin = new StoredImage.Origin() {
            @Override
            public void reject() {
                rejected.incrementAndGet();
            }

            @Override
            public void release() {
                released.incrementAndGet();
            }
        };
        Snapshot snapshot = load(reader, new Elsewhere(file(draft(payload(10)).build())), verify, origin);
        assertThat(released.get()).isEqualTo(verify == Verify.ON_LOAD ? 1 : 0);
        snapshot.reject();
        snapshot.reject();
        snapshot.close();
        snapshot.close();
        assertThat(rejected.get()).isEqualTo(1);
        assertThat(released.get()).isEqualTo(1);
    }

    @Test
    void openSnapshotIsReadOnWhenTheReaderIsClosed() throws IOException {
        byte[] payload = payload(LARGE);
        Snapshot snapshot = open(file(draft(payload).build()), Verify.ON_READ);
        reader.close();
        assertIs(snapshot, payload);
        snapshot.close();
    }

    @Test
    void placeThatFailsIsAnIoExceptionAndTheNextReadMayDo() throws IOException {
        byte[] payload = payload(LARGE);
        AtomicInteger failures = new AtomicInteger();
        Elsewhere file = new Elsewhere(file(draft(payload).build())) {
            @Override
            public int read(ByteBuffer dst, long position) throws IOException {
                if (failures.getAndDecrement() > 0) {
                    throw new IOException("no route");
                }
                return super.read(dst, position);
            }
        };
        try (Snapshot snapshot = load(reader, file, Verify.ON_READ, () -> {})) {
            failures.set(1);
            assertThatThrownBy(() -> snapshot.payload().writeTo(Channels.newChannel(new ByteArrayOutputStream())))
                    .isInstanceOf(IOException.class)
                    .hasMessage("no route");
            failures.set(0);
            assertIs(snapshot, payload);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 1, 1, 0, unitBytes",
        "1048576, 0, 1, 0, threads",
        "1048576, 1, -1, 0, maxTextBytes",
        "1048576, 1, 1, -1, heldBytes"
    })
    void settingsAreNamedInTheirErrors(int unit, int threads, int text, long held, String name) {
        assertThatThrownBy(() -> new ImageReader(unit, threads, text, held))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(name + " is ");
    }

    private Snapshot openInMemory(ByteBuffer file, Verify verify, StoredImage.Origin origin) throws IOException {
        StoredImage image = reader.open(file, verify, "in memory");
        SnapshotInfo info =
                new SnapshotInfo(Images.id(), image.header(), image.text().remaining(), image.bytes());
        return image.snapshot(info, verify, origin);
    }

    @ParameterizedTest
    @EnumSource(Verify.class)
    void fileInMemoryIsServedFromThereUntilItsSnapshotIsClosed(Verify verify) throws IOException {
        byte[] payload = payload(LARGE);
        ByteBuffer lent = ByteBuffer.wrap(file(draft(payload).build()));
        Snapshot snapshot = openInMemory(lent, verify, () -> {});
        assertIs(snapshot, payload);
        snapshot.close();
        assertThatThrownBy(() -> snapshot.payload().toByteArray()).isInstanceOf(ClosedChannelException.class);
    }

    @ParameterizedTest
    @EnumSource(Verify.class)
    void originOfAFileInMemoryIsReleasedOnce(Verify verify) throws IOException {
        AtomicInteger released = new AtomicInteger();
        StoredImage.Origin origin = new StoredImage.Origin() {
            @Override
            public void reject() {}

            @Override
            public void release() {
                released.incrementAndGet();
            }
        };
        Snapshot snapshot = openInMemory(ByteBuffer.wrap(file(draft(payload(10)).build())), verify, origin);
        assertThat(released).hasValue(0);
        snapshot.close();
        snapshot.close();
        assertThat(released).hasValue(1);
    }

    @Test
    void fileInMemoryThatIsDamagedIsNotServed() throws IOException {
        byte[] file = file(draft(payload(LARGE)).build());
        file[file.length / 2]++;
        assertThatThrownBy(() -> openInMemory(ByteBuffer.wrap(file), Verify.ON_LOAD, () -> {}))
                .isInstanceOf(KvcFormatException.class);
        try (Snapshot snapshot = openInMemory(ByteBuffer.wrap(file), Verify.ON_READ, () -> {})) {
            assertThatThrownBy(() -> snapshot.payload().toByteArray()).isInstanceOf(KvcFormatException.class);
        }
    }
}
