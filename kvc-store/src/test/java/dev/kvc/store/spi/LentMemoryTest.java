package dev.kvc.store.spi;

import static dev.kvc.store.spi.Images.MIB;
import static dev.kvc.store.spi.Images.draft;
import static dev.kvc.store.spi.Images.file;
import static dev.kvc.store.spi.Images.load;
import static dev.kvc.store.spi.Images.payload;
import static dev.kvc.store.spi.Images.reader;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.format.KvcFormatException;
import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.Mapping;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.memory.CaffeineKvStore;
import dev.kvc.store.spi.Images.Elsewhere;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory of snapshots that is used again: nobody ever sees in it what is somebody else's. */
class LentMemoryTest {
    private static final int LARGE = 9 * MIB + 5;
    /** Of 4 MiB. */
    private static final int UNITS = 3;

    private final byte[] one = payload(LARGE);
    private final byte[] other = payload(LARGE - 1);
    private final ImageReader reader = reader(3, LARGE);

    @AfterEach
    void close() {
        reader.close();
    }

    private Snapshot hold(byte[] payload) throws IOException {
        return load(reader, new Elsewhere(file(draft(payload).build())), Verify.ON_LOAD, () -> {});
    }

    private int idle() {
        return reader.held().idle();
    }

    private static ByteBuffer bytes(Mapping mapping, int size) {
        ByteBuffer all = ByteBuffer.allocate(size);
        mapping.slices().forEach(slice -> all.put(slice.duplicate()));
        return all.flip();
    }

    @Test
    void memoryOfAClosedSnapshotIsUsedByTheNextLoad() throws IOException {
        Snapshot first = hold(one);
        assertThat(idle()).isZero();
        first.close();
        first.close();
        assertThat(idle()).isEqualTo(UNITS);
        try (Snapshot second = hold(other);
                Mapping mapping = second.payload().map()) {
            assertThat(idle()).isZero();
            assertThat(mapping.slices()).allMatch(ByteBuffer::isDirect).allMatch(ByteBuffer::isReadOnly);
            assertThat(second.payload().toByteArray()).isEqualTo(other);
            assertThat(bytes(mapping, other.length)).isEqualTo(ByteBuffer.wrap(other));
        }
        assertThat(idle()).isEqualTo(UNITS);
    }

    @Test
    void whatIsKeptIsWhatMayBeHeldAndMoreIsOfTheHeap() throws IOException {
        try (Snapshot first = hold(one);
                Snapshot second = hold(other);
                Mapping mapping = second.payload().map()) {
            assertThat(mapping.slices()).noneMatch(ByteBuffer::isDirect).hasSize(UNITS);
            assertThat(second.payload().toByteArray()).isEqualTo(other);
            assertThat(first.payload().toByteArray()).isEqualTo(one);
        }
        assertThat(idle()).isEqualTo(UNITS);
    }

    @Test
    void mappingOutlivesItsSnapshotAndTheNextLoads() throws IOException {
        Snapshot snapshot = hold(one);
        Mapping mapping = snapshot.payload().map();
        snapshot.close();
        assertThat(idle()).isZero();
        try (Snapshot next = hold(other)) {
            assertThat(next.payload().toByteArray()).isEqualTo(other);
            assertThat(bytes(mapping, LARGE)).isEqualTo(ByteBuffer.wrap(one));
        }
        mapping.close();
        mapping.close();
        assertThat(idle()).isEqualTo(UNITS);
        assertThatThrownBy(mapping::slices).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void memoryIsInUseUntilTheLastMappingIsClosed() throws IOException {
        Snapshot snapshot = hold(one);
        Mapping first = snapshot.payload().map();
        Mapping second = snapshot.payload().map();
        first.close();
        first.close();
        snapshot.close();
        assertThat(idle()).isZero();
        assertThat(bytes(second, LARGE)).isEqualTo(ByteBuffer.wrap(one));
        second.close();
        assertThat(idle()).isEqualTo(UNITS);
    }

    /** It is closed by whom it writes to, who then loads another. */
    @Test
    void transferThatIsUnderWayWhenItsSnapshotIsClosedGoesOnWithItsOwnBytes() throws IOException {
        Snapshot snapshot = hold(one);
        ByteBuffer taken = ByteBuffer.allocate(LARGE);
        List<Snapshot> next = new ArrayList<>();
        snapshot.payload().writeTo(new Taking(taken) {
            @Override
            public int write(ByteBuffer src) throws IOException {
                if (next.isEmpty()) {
                    snapshot.close();
                    next.add(hold(other));
                }
                return super.write(src);
            }
        });
        assertThat(taken.flip()).isEqualTo(ByteBuffer.wrap(one));
        assertThat(idle()).isEqualTo(UNITS);
        assertThat(next.get(0).payload().toByteArray()).isEqualTo(other);
    }

    /** Takes bytes. */
    private static class Taking implements WritableByteChannel {
        private final ByteBuffer taken;

        Taking(ByteBuffer taken) {
            this.taken = taken;
        }

        @Override
        public int write(ByteBuffer src) throws IOException {
            int count = src.remaining();
            taken.put(src);
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    @Test
    void nothingIsReadOfAClosedSnapshot() throws IOException {
        Snapshot snapshot = hold(one);
        InputStream stream = snapshot.payload().newInputStream();
        assertThat(stream.read()).isEqualTo(Byte.toUnsignedInt(one[0]));
        Mapping mapping = snapshot.payload().map();
        snapshot.close();
        assertThatThrownBy(stream::read).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> snapshot.payload().readFully(ByteBuffer.allocateDirect(LARGE), 0))
                .isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> snapshot.payload().map()).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(snapshot::trailer).isInstanceOf(ClosedChannelException.class);
        mapping.close();
    }

    @Test
    void loadThatFindsDamageGivesItsMemoryBack() throws IOException {
        byte[] file = file(draft(one).build());
        file[file.length / 2] ^= 1;
        assertThatThrownBy(() -> load(reader, new Elsewhere(file), Verify.ON_LOAD, () -> {}))
                .isInstanceOf(KvcFormatException.class);
        assertThat(idle()).isEqualTo(UNITS);
    }

    @Test
    void loadWhoseOriginFailsGivesItsMemoryBack() throws IOException {
        StoredImage.Origin failing = new StoredImage.Origin() {
            @Override
            public void reject() {}

            @Override
            public void release() throws IOException {
                throw new IOException("no route");
            }
        };
        byte[] file = file(draft(one).build());
        assertThatThrownBy(() -> load(reader, new Elsewhere(file), Verify.ON_LOAD, failing))
                .hasMessage("no route");
        assertThat(idle()).isEqualTo(UNITS);
    }

    /** One read fails while another is under way, which still writes into the memory when it goes on. */
    @Test
    void loadThatFailsGivesItsMemoryBackWhenNobodyWritesToItAnyMore() throws Exception {
        CountDownLatch bothRead = new CountDownLatch(2);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<Thread> failed = new CompletableFuture<>();
        byte[] file = file(draft(one).build());
        int payloadAt = 52 + Images.TEXT.length();
        Elsewhere failing = new Elsewhere(file) {
            @Override
            public int read(ByteBuffer dst, long position) throws IOException {
                if (position == payloadAt || position == payloadAt + 4 * MIB) {
                    bothRead.countDown();
                    await(bothRead);
                    if (position == payloadAt) {
                        failed.complete(Thread.currentThread());
                        throw new IOException("no route");
                    }
                    await(goOn);
                    assertThat(idle()).isZero();
                }
                return super.read(dst, position);
            }
        };
        CompletableFuture<Boolean> loading = CompletableFuture.supplyAsync(() -> {
            assertThatThrownBy(() -> load(reader, failing, Verify.ON_LOAD, () -> {}))
                    .hasMessage("no route");
            return true;
        });
        awaitNothingToDo(failed.get());
        goOn.countDown();
        assertThat(loading.get()).isTrue();
        assertThat(idle()).isEqualTo(UNITS);
    }

    private static void awaitNothingToDo(Thread thread) {
        while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ON_READ", "NEVER"})
    void mappingOfWhatIsFetchedForItHasMemoryOfItsOwn(Verify verify) throws IOException {
        Snapshot snapshot = load(reader, new Elsewhere(file(draft(one).build())), verify, () -> {});
        Mapping mapping = snapshot.payload().map();
        snapshot.close();
        assertThat(idle()).isZero();
        assertThat(bytes(mapping, LARGE)).isEqualTo(ByteBuffer.wrap(one));
        mapping.close();
        assertThat(idle()).isEqualTo(UNITS);
    }

    @Test
    void copyInMemoryKeepsItsBytes() throws IOException {
        try (KvStore memory =
                CaffeineKvStore.builder().budget(DataSize.ofMebibytes(100)).build()) {
            try (Snapshot snapshot = hold(one)) {
                memory.save(SnapshotDraft.copyOf(snapshot));
            }
            try (Snapshot next = hold(other);
                    Snapshot copy = memory.load(KvcKey.of(Images.TEXT)).orElseThrow()) {
                assertThat(copy.payload().toByteArray()).isEqualTo(one);
                assertThat(next.payload().toByteArray()).isEqualTo(other);
            }
        }
    }

    /** What is read is the store's until then. */
    @Test
    void originIsReleasedWhenTheLastReadHasEnded() throws IOException {
        AtomicInteger released = new AtomicInteger();
        AtomicReference<Snapshot> snapshot = new AtomicReference<>();
        Elsewhere file = new Elsewhere(file(draft(one).build())) {
            @Override
            public int read(ByteBuffer dst, long position) throws IOException {
                if (snapshot.get() != null) {
                    snapshot.get().close();
                    assertThat(released).hasValue(0);
                }
                return super.read(dst, position);
            }
        };
        snapshot.set(load(reader, file, Verify.NEVER, releasing(released)));
        snapshot.get().payload().read(ByteBuffer.allocate(1), 3);
        assertThat(released).hasValue(1);
    }

    private static StoredImage.Origin releasing(AtomicInteger released) {
        return new StoredImage.Origin() {
            @Override
            public void reject() {}

            @Override
            public void release() {
                released.incrementAndGet();
            }
        };
    }

    private Snapshot lend(byte[] file, Verify verify, AtomicInteger released) throws IOException {
        StoredImage image = reader.open(ByteBuffer.wrap(file), verify, "lent");
        SnapshotInfo info =
                new SnapshotInfo(Images.id(), image.header(), image.text().remaining(), image.bytes());
        return image.snapshot(info, verify, releasing(released));
    }

    @ParameterizedTest
    @EnumSource
    void fileThatIsLentIsMappedWhereItLiesUntilTheMappingIsClosed(Verify verify) throws IOException {
        AtomicInteger released = new AtomicInteger();
        byte[] file = file(draft(one).build());
        Snapshot snapshot = lend(file, verify, released);
        Mapping mapping = snapshot.payload().map();
        snapshot.close();
        assertThat(released).hasValue(0);
        assertThat(bytes(mapping, LARGE)).isEqualTo(ByteBuffer.wrap(one));
        Arrays.fill(file, (byte) 7);
        assertThat(bytes(mapping, LARGE).get(LARGE / 2)).isEqualTo((byte) 7);
        mapping.close();
        mapping.close();
        assertThat(released).hasValue(1);
    }

    @Test
    void fileThatIsLentAndDamagedIsNotMapped() throws IOException {
        AtomicInteger released = new AtomicInteger();
        byte[] file = file(draft(one).build());
        file[file.length / 2] ^= 1;
        Snapshot snapshot = lend(file, Verify.ON_READ, released);
        assertThatThrownBy(() -> snapshot.payload().map()).isInstanceOf(KvcFormatException.class);
        assertThat(released).hasValue(0);
        snapshot.close();
        assertThat(released).hasValue(1);
    }

    /** Several threads load, map, read, transfer and close as it happens, and compare every byte. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void nobodySeesTheBytesOfAnother(int seed) throws Exception {
        int threads = 4;
        List<byte[]> payloads = new ArrayList<>();
        List<byte[]> files = new ArrayList<>();
        Random random = new Random(seed);
        for (int i = 0; i < 8; i++) {
            byte[] payload = new byte[MIB + random.nextInt(3 * MIB)];
            random.nextBytes(payload);
            payloads.add(payload);
            files.add(file(draft(payload).build()));
        }
        try (ImageReader small = new ImageReader(MIB, 2, 1 << 20, 20 * MIB)) {
            List<CompletableFuture<Boolean>> running = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                long own = random.nextLong();
                CompletableFuture<Boolean> done = new CompletableFuture<>();
                running.add(done);
                new Thread(() -> {
                            try {
                                new Using(small, payloads, files, new Random(own)).run();
                                done.complete(true);
                            } catch (Throwable e) {
                                done.completeExceptionally(e);
                            }
                        })
                        .start();
            }
            for (CompletableFuture<Boolean> each : running) {
                assertThat(each.get()).isTrue();
            }
            assertThat(small.held().idle()).as("all of it came back").isBetween(1, 20);
            assertThat(small.held().takeAll(20)).hasSize(20);
        }
    }

    /** A thread that uses snapshots, of which it has a few open. */
    private static final class Using {
        private static final int STEPS = 60;

        private final ImageReader reader;
        private final List<byte[]> payloads;
        private final List<byte[]> files;
        private final Random random;
        private final List<Open> open = new ArrayList<>();

        Using(ImageReader reader, List<byte[]> payloads, List<byte[]> files, Random random) {
            this.reader = reader;
            this.payloads = payloads;
            this.files = files;
            this.random = random;
        }

        /** A snapshot, or a mapping of one, with the bytes that it must have. */
        private record Open(byte[] payload, Snapshot snapshot, List<Mapping> mappings) {}

        void run() throws IOException {
            for (int step = 0; step < STEPS; step++) {
                if (open.size() < 2 || (open.size() < 4 && random.nextBoolean())) {
                    begin();
                }
                use(open.get(random.nextInt(open.size())));
                if (random.nextInt(3) == 0) {
                    end(open.remove(random.nextInt(open.size())));
                }
            }
            for (Open each : open) {
                end(each);
            }
        }

        private void begin() throws IOException {
            int which = random.nextInt(files.size());
            Verify verify = Verify.values()[random.nextInt(Verify.values().length)];
            Snapshot snapshot = load(reader, new Elsewhere(files.get(which)), verify, () -> {});
            open.add(new Open(payloads.get(which), snapshot, new ArrayList<>()));
        }

        private void use(Open each) throws IOException {
            switch (random.nextInt(4)) {
                case 0 -> each.mappings.add(each.snapshot.payload().map());
                case 1 -> assertThat(each.snapshot.payload().toByteArray()).isEqualTo(each.payload);
                case 2 -> readFromAnotherThreadWhileItIsClosed(each);
                default -> {
                    ByteBuffer taken = ByteBuffer.allocate(each.payload.length);
                    each.snapshot.payload().writeTo(new Taking(taken));
                    assertThat(taken.array()).isEqualTo(each.payload);
                }
            }
            requireMapped(each);
        }

        /** It reads what is right, or finds it closed. Its mappings stay. */
        private void readFromAnotherThreadWhileItIsClosed(Open each) throws IOException {
            ByteBuffer all = ByteBuffer.allocateDirect(each.payload.length);
            CompletableFuture<Boolean> reading = CompletableFuture.supplyAsync(() -> {
                try {
                    each.snapshot.payload().readFully(all, 0);
                    return all.flip().equals(ByteBuffer.wrap(each.payload));
                } catch (ClosedChannelException e) {
                    return true;
                } catch (IOException e) {
                    return false;
                }
            });
            each.snapshot.close();
            assertThat(reading.join()).isTrue();
            requireMapped(each);
            open.remove(each);
            end(each);
            begin();
        }

        private static void requireMapped(Open each) {
            for (Mapping mapping : each.mappings) {
                assertThat(bytes(mapping, each.payload.length)).isEqualTo(ByteBuffer.wrap(each.payload));
            }
        }

        /** Its mappings before it, or after it. */
        private void end(Open each) throws IOException {
            boolean mappingsFirst = random.nextBoolean();
            if (!mappingsFirst) {
                each.snapshot.close();
            }
            requireMapped(each);
            each.mappings.forEach(Mapping::close);
            each.mappings.clear();
            each.snapshot.close();
        }
    }
}
