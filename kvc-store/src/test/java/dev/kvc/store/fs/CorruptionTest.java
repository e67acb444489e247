package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.bytes;
import static dev.kvc.store.fs.Fixtures.draft;
import static dev.kvc.store.fs.Fixtures.flip;
import static dev.kvc.store.fs.Fixtures.payload;
import static dev.kvc.store.fs.Fixtures.placeReferenceFile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.IntegrityFooter;
import dev.kvc.format.KvcFormatException;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.format.SaveReason;
import dev.kvc.format.SessionTitle;
import dev.kvc.format.ToolMap;
import dev.kvc.store.DataSize;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.MissReason;
import dev.kvc.store.Payload;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.StoreListener;
import dev.kvc.store.Verification;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * U9: whatever happens to a file, no wrong byte of it is served as verified. What was damaged is set aside, once; what
 * cannot be verified any more says so; and what a checksum leaves out by design changes neither text nor payload.
 */
@Timeout(120)
class CorruptionTest {
    private static final String TEXT = "What was computed for this?";
    private static final SnapshotId ID = new SnapshotId(Namespace.DEFAULT, KvcKey.of(TEXT));
    private static final int TEXT_LIMIT = 64 << 20;
    private static final int BLOCK = 1 << 20;

    private final SettableClock clock = new SettableClock();
    private final List<MissReason> missed = new CopyOnWriteArrayList<>();
    private final List<SnapshotId> setAside = new CopyOnWriteArrayList<>();

    @TempDir(factory = QuickScratch.class)
    Path directory;

    private FileSystemKvStore store;
    private Path file;
    private Path bad;
    /** The file as it was before it is damaged, and what is in it. */
    private byte[] whole;

    private byte[] state;
    private KvcHeader header;
    private ByteBuffer trailer;

    @BeforeEach
    void open() throws IOException {
        file = directory.resolve(ID.key() + ".kv");
        bad = directory.resolve(ID.key() + ".kv.bad");
        store = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofGibibytes(1))
                .clock(clock)
                .listeners(List.of(new Recorder()))
                .open();
        store.openReport();
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private final class Recorder implements StoreListener {
        @Override
        public void missed(SnapshotId id, MissReason reason) {
            missed.add(reason);
        }

        @Override
        public void setAside(SnapshotId id, IOException cause) {
            setAside.add(id);
        }
    }

    /** What becomes of a file that a load finds. */
    private enum Fate {
        VERIFIED,
        UNVERIFIED,
        SET_ASIDE,
        /** A miss that leaves the file to those who can read it. */
        LEFT
    }

    // What is damaged

    private void save(SnapshotDraft.Builder draft, byte[] payload) throws IOException {
        store.save(draft.text(TEXT).payload(payload).build());
        remember(Files.readAllBytes(file), payload);
    }

    private static SnapshotDraft.Builder draftWithSections(int modelId, int payloadAbi) {
        return SnapshotDraft.builder()
                .tokenCount(1234)
                .contextSize(8192)
                .quantBits(2)
                .saveReason(SaveReason.COLD)
                .modelId(modelId)
                .payloadAbi(payloadAbi)
                .toolMap(new ToolMap(
                        List.of(new ToolMap.Entry(ByteBuffer.wrap(bytes("call-1")), ByteBuffer.wrap(bytes("{}"))))))
                .sessionTitle(SessionTitle.of("A title"));
    }

    private void remember(byte[] file, byte[] payload) throws IOException {
        whole = file;
        state = payload;
        place(whole);
        try (Snapshot snapshot =
                store.load(ID.key(), LoadOptions.DEFAULT.withoutHit()).orElseThrow()) {
            header = snapshot.info().header();
            trailer = snapshot.trailer().raw();
        }
    }

    private int payloadEnd() {
        return 52 + TEXT.length() + state.length;
    }

    // How it is damaged

    private static byte[] flipped(byte[] file, long bit) {
        byte[] damaged = file.clone();
        damaged[(int) (bit / 8)] ^= (byte) (1 << (bit % 8));
        return damaged;
    }

    private static byte[] joined(byte[] file, byte[] tail) {
        byte[] longer = Arrays.copyOf(file, file.length + tail.length);
        System.arraycopy(tail, 0, longer, file.length, tail.length);
        return longer;
    }

    /** Puts a file there as it would be if it had been there for a while: a short one is not one that arrives. */
    private void place(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        Files.setLastModifiedTime(file, FileTime.from(clock.instant().minus(Duration.ofMinutes(2))));
        Files.deleteIfExists(bad);
        missed.clear();
        setAside.clear();
    }

    // What becomes of it

    /** What a load makes of the bytes, once it is certain that every other kind of load is as careful. */
    private Fate fate(byte[] bytes, String damage) throws IOException {
        Fate never = load(bytes, LoadOptions.DEFAULT.withoutHit().verify(Verify.NEVER), damage);
        assertThat(never).as(damage).isNotEqualTo(Fate.VERIFIED);
        Fate onRead = load(bytes, LoadOptions.DEFAULT.withoutHit().verify(Verify.ON_READ), damage);
        Fate required = load(bytes, LoadOptions.DEFAULT.requiringVerified(), damage);
        Fate fate = load(bytes, LoadOptions.DEFAULT, damage);
        assertThat(onRead).as("%s, verified on read", damage).isEqualTo(fate);
        assertThat(required).as("%s, verification required", damage).isEqualTo(fate);
        return fate;
    }

    private Fate load(byte[] bytes, LoadOptions options, String damage) throws IOException {
        place(bytes);
        long before = store.stats().setAside();
        Optional<Snapshot> found = store.load(ID.key(), options);
        if (found.isEmpty()) {
            return missed(bytes, before, damage);
        }
        try (Snapshot snapshot = found.get()) {
            return served(snapshot, options, damage);
        }
    }

    private Fate missed(byte[] bytes, long setAsideBefore, String damage) throws IOException {
        assertThat(missed).as(damage).hasSize(1);
        MissReason reason = missed.get(0);
        if (reason != MissReason.CORRUPT) {
            assertThat(reason).as(damage).isIn(MissReason.UNREADABLE, MissReason.UNVERIFIED);
            assertThat(store.stats().setAside()).as(damage).isEqualTo(setAsideBefore);
            assertThat(Arrays.equals(Files.readAllBytes(file), bytes))
                    .as(damage)
                    .isTrue();
            return reason == MissReason.UNVERIFIED ? Fate.UNVERIFIED : Fate.LEFT;
        }
        assertThat(store.load(ID.key())).as(damage).isEmpty();
        assertThat(missed).as(damage).containsExactly(MissReason.CORRUPT, MissReason.ABSENT);
        assertThat(setAside).as(damage).containsExactly(ID);
        assertThat(store.stats().setAside()).as(damage).isEqualTo(setAsideBefore + 1);
        assertThat(Files.exists(file)).as(damage).isFalse();
        assertThat(Arrays.equals(Files.readAllBytes(bad), bytes)).as(damage).isTrue();
        return Fate.SET_ASIDE;
    }

    private Fate served(Snapshot snapshot, LoadOptions options, String damage) throws IOException {
        if (options.requireVerified()) {
            assertThat(snapshot.verification()).as(damage).isEqualTo(Verification.VERIFIED);
        }
        switch (snapshot.verification()) {
            case UNVERIFIED -> {
                return Fate.UNVERIFIED;
            }
            case ON_READ -> {
                return readAndVerified(snapshot, damage);
            }
            case VERIFIED -> {
                assertRight(snapshot, damage);
                assertThat(Arrays.equals(snapshot.payload().toByteArray(), state))
                        .as(damage)
                        .isTrue();
                return Fate.VERIFIED;
            }
        }
        throw new AssertionError(snapshot.verification());
    }

    private void assertRight(Snapshot snapshot, String damage) throws IOException {
        assertThat(snapshot.text()).as(damage).isEqualTo(ByteBuffer.wrap(bytes(TEXT)));
        assertThat(snapshot.trailer().raw()).as(damage).isEqualTo(trailer);
        KvcHeader found = snapshot.info().header();
        KvcHeader due = header.toBuilder()
                .hitCount(found.hitCount())
                .lastUsedUnix(found.lastUsedUnix())
                .saveReason(found.saveReason())
                .extensionFlags(found.extensionFlags())
                .reserved(found.reserved())
                .build();
        assertThat(found).as(damage).isEqualTo(due);
    }

    /** Reads every block; the fate that a load would have given the file that verifies it beforehand. */
    private Fate readAndVerified(Snapshot snapshot, String damage) throws IOException {
        assertRight(snapshot, damage);
        Fate fate = Fate.VERIFIED;
        Payload payload = snapshot.payload();
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        for (int at = 0; at < state.length; at += BLOCK) {
            block.clear().limit(Math.min(BLOCK, state.length - at));
            int start = at;
            Throwable thrown = catchThrowable(() -> payload.readFully(block, start));
            if (thrown == null) {
                int end = at + block.position();
                assertThat(Arrays.equals(block.array(), 0, block.position(), state, at, end))
                        .as(damage)
                        .isTrue();
            } else {
                assertThat(thrown).as(damage).isInstanceOf(KvcFormatException.class);
                assertThat(block.position()).as(damage).isZero();
                snapshot.reject();
                fate = Fate.SET_ASIDE;
            }
        }
        return fate;
    }

    // Files with a footer

    /** What may become of our file when one bit of the byte at {@code offset} is another. */
    private Fate[] fatesOfBit(byte[] damaged, int offset) {
        if (Arrays.stream(new int[] {5, 6, 12, 13, 14, 15, 21, 22, 23}).anyMatch(harmless -> harmless == offset)
                || (offset >= 32 && offset < 40)
                || ((offset == 7 || offset == 20) && damaged[offset] == 0)) {
            return new Fate[] {Fate.VERIFIED};
        } else if (offset == 3 || (offset >= 48 && offset < 52 && textBytes(damaged) > TEXT_LIMIT)) {
            return new Fate[] {Fate.LEFT};
        } else if (offset >= 40 && offset < 52) {
            return new Fate[] {Fate.SET_ASIDE, Fate.UNVERIFIED}; // as if the footer stood elsewhere
        } else if (offset == damaged.length - IntegrityFooter.FIXED_BYTES + 3) {
            return new Fate[] {Fate.UNVERIFIED}; // as a footer of another version
        }
        return new Fate[] {Fate.SET_ASIDE};
    }

    private static long textBytes(byte[] file) {
        return Integer.toUnsignedLong(Integer.reverseBytes(ByteBuffer.wrap(file).getInt(48)));
    }

    private void assertFateOfBit(long bit) throws IOException {
        byte[] damaged = flipped(whole, bit);
        assertThat(fate(damaged, "bit " + bit % 8 + " of byte " + bit / 8))
                .as("bit %d of byte %d of %d", bit % 8, bit / 8, whole.length)
                .isIn((Object[]) fatesOfBit(damaged, (int) (bit / 8)));
    }

    private void assertFateOfCut(int length) throws IOException {
        Fate fate = fate(Arrays.copyOf(whole, length), "cut to " + length);
        if (length < payloadEnd()) {
            assertThat(fate).as("cut to %d", length).isEqualTo(Fate.SET_ASIDE);
        } else {
            assertThat(fate).as("cut to %d", length).isIn(Fate.SET_ASIDE, Fate.UNVERIFIED);
        }
    }

    private void assertFateOfTail(byte[] tail, String what) throws IOException {
        assertThat(fate(joined(whole, tail), tail.length + " bytes more, " + what))
                .as("%d bytes more, %s", tail.length, what)
                .isIn(Fate.SET_ASIDE, Fate.UNVERIFIED);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 2"})
    void U9_any_bit_that_flips_is_detected_or_changes_neither_text_nor_payload(int modelId, int payloadAbi)
            throws IOException {
        save(draftWithSections(modelId, payloadAbi), payload(300, 9));
        assertThat(fate(whole, "nothing")).isEqualTo(Fate.VERIFIED);
        for (long bit = 0; bit < 8L * whole.length; bit++) {
            assertFateOfBit(bit);
        }
    }

    @Test
    void U9_a_file_cut_to_any_length_is_refused_or_visibly_unverified() throws IOException {
        save(draftWithSections(0, 0), payload(300, 9));
        for (int length = 0; length < whole.length; length++) {
            assertFateOfCut(length);
        }
    }

    @Test
    void U9_a_file_with_anything_appended_is_refused_or_visibly_unverified() throws IOException {
        save(draftWithSections(0, 0), payload(300, 9));
        byte[] footer = Arrays.copyOfRange(whole, whole.length - 44, whole.length);
        for (int length = 1; length < 100; length++) {
            assertFateOfTail(payload(length, length), "random");
            assertFateOfTail(new byte[length], "zeros");
            assertFateOfTail(joined(payload(length, length), footer), "with its own footer at the end");
        }
        for (int length : new int[] {4095, 4096, 65_536, BLOCK}) {
            assertFateOfTail(payload(length, length), "random");
            assertFateOfTail(new byte[length], "zeros");
        }
    }

    @Test
    void U9_a_file_without_payload_is_as_safe() throws IOException {
        save(draftWithSections(0, 0), new byte[0]);
        for (long bit = 0; bit < 8L * whole.length; bit++) {
            assertFateOfBit(bit);
        }
        for (int length = 0; length < whole.length; length++) {
            assertFateOfCut(length);
        }
    }

    @Test
    void U9_samples_of_bits_cuts_and_tails_of_a_file_of_many_blocks_are_detected_too() throws IOException {
        long seed = System.nanoTime();
        System.out.println("CorruptionTest, many blocks: seed " + seed);
        Random random = new Random(seed);
        save(draftWithSections(1, 2), payload((5 << 20) + 77, seed));
        long tailBits = 8L * (whole.length - payloadEnd());
        for (int i = 0; i < 40; i++) {
            assertFateOfBit(random.nextLong(8L * whole.length));
            assertFateOfBit(8L * payloadEnd() + random.nextLong(tailBits));
        }
        for (int i = 0; i < 20; i++) {
            assertFateOfCut(random.nextInt(whole.length));
            assertFateOfCut(payloadEnd() + random.nextInt((int) (tailBits / 8)));
            assertFateOfTail(payload(1 + random.nextInt(2 * BLOCK), seed), "random");
        }
    }

    // Files without one

    private void placeFileOfAnotherWriter(int payloadBytes) throws IOException {
        placeReferenceFile(directory, TEXT, payloadBytes, clock.unix());
        remember(Files.readAllBytes(file), payload(payloadBytes, TEXT.hashCode()));
    }

    @Test
    void U9_of_a_file_without_checksums_what_lengths_show_is_refused_and_the_rest_is_visibly_unverified()
            throws IOException {
        placeFileOfAnotherWriter(300);
        assertThat(fate(whole, "nothing")).isEqualTo(Fate.UNVERIFIED);
        for (long bit = 0; bit < 8L * whole.length; bit++) {
            byte[] damaged = flipped(whole, bit);
            assertThat(fate(damaged, "bit " + bit))
                    .as("bit %d of byte %d", bit % 8, bit / 8)
                    .isEqualTo(fateWithoutChecksums(damaged));
        }
        for (int length = 0; length < whole.length; length++) {
            assertThat(fate(Arrays.copyOf(whole, length), "cut to " + length))
                    .as("cut to %d", length)
                    .isEqualTo(Fate.SET_ASIDE);
        }
        for (int length = 1; length < 100; length++) {
            assertThat(fate(joined(whole, payload(length, length)), length + " bytes more"))
                    .as("%d bytes more", length)
                    .isEqualTo(Fate.UNVERIFIED);
        }
    }

    /** By the rules of the format, in their order. */
    private static Fate fateWithoutChecksums(byte[] file) {
        ByteBuffer buffer = ByteBuffer.wrap(file);
        long payloadBytes = Long.reverseBytes(buffer.getLong(40));
        if (!Arrays.equals(file, 0, 3, bytes("KVC"), 0, 3)) {
            return Fate.SET_ASIDE;
        } else if (file[3] != 1) {
            return Fate.LEFT;
        } else if (payloadBytes < 0) {
            return Fate.SET_ASIDE;
        } else if (textBytes(file) > TEXT_LIMIT) {
            return Fate.LEFT;
        }
        return payloadBytes > file.length - 52 - textBytes(file) ? Fate.SET_ASIDE : Fate.UNVERIFIED;
    }

    // Prefixes

    @Test
    void U9_the_next_longest_candidate_is_served_for_a_corrupt_one_which_is_set_aside_once() throws IOException {
        for (String text : List.of("one", "one two", "one two three")) {
            store.save(draft(text, 2_000_000));
        }
        SnapshotId longest = new SnapshotId(Namespace.DEFAULT, KvcKey.of("one two three"));
        flip(directory.resolve(longest.key() + ".kv"), 1_999_999);
        for (int i = 0; i < 2; i++) {
            try (Snapshot hit = store.loadLongestPrefix(PrefixQuery.of("one two three four"))
                    .orElseThrow()) {
                assertThat(hit.text()).isEqualTo(ByteBuffer.wrap(bytes("one two")));
                assertThat(hit.verification()).isEqualTo(Verification.VERIFIED);
                assertThat(hit.payload().toByteArray()).isEqualTo(payload(2_000_000, "one two".hashCode()));
            }
        }
        assertThat(store.load(longest.key())).isEmpty();
        assertThat(setAside).containsExactly(longest);
        assertThat(store.stats().setAside()).isEqualTo(1);
        assertThat(missed).containsExactly(MissReason.CORRUPT, MissReason.ABSENT);
    }

    /** Its text is not what its name says, which no checksum contradicts where there is none. */
    @Test
    void U9_a_prefix_whose_text_was_damaged_without_a_checksum_is_not_offered_for_the_prompt() throws IOException {
        placeReferenceFile(directory, "one", 500, clock.unix());
        placeFileOfAnotherWriter(300);
        store.evictToBudget(); // takes up what came
        Files.write(file, flipped(whole, 8L * (52 + 3)));
        PrefixQuery query = PrefixQuery.of(TEXT + " And for that?");
        assertThat(store.match(query).candidates()).hasSize(1);
        assertThat(store.loadLongestPrefix(query)).isEmpty();
        assertThat(missed).containsExactly(MissReason.NOT_EXPECTED);
        assertThat(file).exists();
    }

    // Damage behind a snapshot that is open

    private interface Reader {
        byte[] read(Payload payload) throws IOException;
    }

    private static byte[] readByStream(Payload payload) throws IOException {
        try (InputStream in = payload.newInputStream()) {
            return in.readAllBytes();
        }
    }

    /** Any way to read gives what is before the damaged block at most, and says what is wrong. */
    private void assertStopsAtBlock(int damagedBlock, Reader reader, ByteArrayOutputStream got) throws IOException {
        store.save(draft(TEXT, state));
        try (Snapshot snapshot =
                store.load(ID.key(), LoadOptions.DEFAULT.verify(Verify.ON_READ)).orElseThrow()) {
            flip(file, 52 + TEXT.length() + (long) damagedBlock * BLOCK + 2);
            assertThatThrownBy(() -> reader.read(snapshot.payload()))
                    .isInstanceOf(KvcFormatException.class)
                    .hasMessageContaining("payload block " + damagedBlock);
        }
        assertThat(got.size()).isLessThanOrEqualTo(damagedBlock * BLOCK);
        assertThat(got.toByteArray()).isEqualTo(Arrays.copyOf(state, got.size()));
    }

    @Test
    void U9_verified_on_read_no_byte_of_a_block_that_was_damaged_since_is_handed_out() throws IOException {
        state = payload(3 * BLOCK + 5, 3);
        for (int block = 0; block < 4; block++) {
            int damaged = block;
            ByteArrayOutputStream written = new ByteArrayOutputStream();
            assertStopsAtBlock(damaged, Payload::toByteArray, new ByteArrayOutputStream());
            assertStopsAtBlock(damaged, CorruptionTest::readByStream, new ByteArrayOutputStream());
            assertStopsAtBlock(
                    damaged,
                    payload -> {
                        payload.writeTo(Channels.newChannel(written));
                        return written.toByteArray();
                    },
                    written);
            assertStopsAtBlock(
                    damaged,
                    payload -> {
                        payload.map().close();
                        return state;
                    },
                    new ByteArrayOutputStream());
        }
    }

    @Test
    void U9_verified_on_read_the_blocks_that_are_right_are_served_all_the_same() throws IOException {
        state = payload(3 * BLOCK + 5, 3);
        store.save(draft(TEXT, state));
        try (Snapshot snapshot =
                store.load(ID.key(), LoadOptions.DEFAULT.verify(Verify.ON_READ)).orElseThrow()) {
            flip(file, 52 + TEXT.length() + BLOCK);
            ByteBuffer last = ByteBuffer.allocate(5);
            snapshot.payload().readFully(last, 3L * BLOCK);
            assertThat(last.array()).isEqualTo(Arrays.copyOfRange(state, 3 * BLOCK, state.length));
            ByteBuffer none = ByteBuffer.allocate(1);
            assertThatThrownBy(() -> snapshot.payload().read(none, 2L * BLOCK - 1))
                    .isInstanceOf(KvcFormatException.class);
            assertThat(none.position()).isZero();
        }
    }

    @Test
    void a_file_that_is_not_verified_is_served_as_unverified_whatever_its_footer_says() throws IOException {
        save(draftWithSections(0, 0), payload(300, 9));
        LoadOptions never = LoadOptions.DEFAULT.verify(Verify.NEVER);
        assertThat(whole).hasSize(payloadEnd() + trailer.remaining() + (int) IntegrityFooter.bytesFor(300));
        for (byte[] bytes : List.of(whole, flipped(whole, 8L * 100), flipped(whole, 8L * whole.length - 1))) {
            place(bytes);
            try (Snapshot snapshot = store.load(ID.key(), never).orElseThrow()) {
                assertThat(snapshot.verification()).isEqualTo(Verification.UNVERIFIED);
                assertThat(snapshot.payload().toByteArray())
                        .isEqualTo(Arrays.copyOfRange(bytes, payloadEnd() - 300, payloadEnd()));
            }
        }
    }
}
