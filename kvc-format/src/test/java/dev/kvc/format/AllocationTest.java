package dev.kvc.format;

import static dev.kvc.format.SampleFile.concat;
import static dev.kvc.format.SampleFile.withFooterChanged;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Nothing sized by a file's content is allocated before it is checked against the file's real size: no buffer is longer
 * than the file, 64 bytes for the prelude apart, and all that a read allocates together stays near what the file has.
 */
final class AllocationTest {
    static final int PRELUDE_BYTES = 64;

    /** Exceptions, messages, records and small buffers; what a hostile length asks for is thousands of times this. */
    private static final long SMALL_CHANGE_BYTES = 256 << 10;

    record Hostile(String name, ByteBuffer file) {
        Hostile(String name, byte[] file) {
            this(name, ByteBuffer.wrap(file));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Hostile> files() {
        Stream<Hostile> golden = Stream.concat(GoldenFiles.good(), GoldenFiles.bad())
                .map(entry -> new Hostile(entry.file(), entry.bytes()));
        return Stream.concat(golden, hostile());
    }

    private static Stream<Hostile> hostile() {
        byte[] footed = SampleFile.of(300).withFooter();
        byte[] plain = SampleFile.of(300).withoutFooter();
        return Stream.of(
                new Hostile("text of 64 MiB", with(plain, b -> b.putInt(48, 64 << 20))),
                new Hostile("text of 2^31-1", with(plain, b -> b.putInt(48, Integer.MAX_VALUE))),
                new Hostile("payload of 1 GiB", with(plain, b -> b.putLong(40, 1 << 30))),
                new Hostile("payload of 2^63-1 under a footer", with(footed, b -> b.putLong(40, Long.MAX_VALUE))),
                new Hostile("footer of 1 GiB", withFooterChanged(footed, b -> b.putInt(4, 1 << 30))),
                new Hostile("footer of 2^31-1", withFooterChanged(footed, b -> b.putInt(4, Integer.MAX_VALUE))),
                new Hostile("footer of 2^32-1", withFooterChanged(footed, b -> b.putInt(4, -1))),
                new Hostile("file of 2^63-1 in the footer", withFooterChanged(footed, b -> b.putLong(24, -1L >>> 1))),
                section("tool map of 2^32-1 entries", 1, "KTM\1\377\377\377\377"),
                section("tool map of 2^31-1 entries", 1, "KTM\1\377\377\377\177"),
                section("tool map of 16 Mi entries", 1, "KTM\1\0\0\0\1\1\0\0\0\1\0\0\0ib"),
                section("tool map block of 512 MiB", 1, "KTM\1\1\0\0\0\1\0\0\0\0\0\0\40ib"),
                section("tool map lengths of 2^32-1", 1, "KTM\1\1\0\0\0\377\377\377\377\377\377\377\377ib"),
                section("title of 2^32-1", 8, "\377\377\377\377title"),
                section("title of 1 GiB", 8, "\0\0\0\100title"));
    }

    private static Hostile section(String name, int flags, String trailer) {
        byte[] raw = trailer.getBytes(StandardCharsets.ISO_8859_1);
        byte[] file = concat(SampleFile.of(300).withoutFooter(), raw);
        file[6] = (byte) flags;
        return new Hostile(name, file);
    }

    private static byte[] with(byte[] file, Consumer<ByteBuffer> change) {
        byte[] copy = file.clone();
        change.accept(ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN));
        return copy;
    }

    @ParameterizedTest
    @MethodSource("files")
    void noBufferIsLongerThanTheFile(Hostile hostile) {
        LongestBuffer longest = new LongestBuffer(hostile.file);
        read(longest);
        assertThat(longest.bytes()).isLessThanOrEqualTo(Math.max(hostile.file.remaining(), PRELUDE_BYTES));
    }

    @ParameterizedTest
    @MethodSource("files")
    void allocationStaysNearTheFilesSize(Hostile hostile) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ReaderAt file = ReaderAt.of(hostile.file);
        read(file); // loads classes
        long before = threads.getCurrentThreadAllocatedBytes();
        read(file);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).isLessThan(4L * hostile.file.remaining() + SMALL_CHANGE_BYTES);
    }

    private static void read(ReaderAt file) {
        try {
            WholeFile whole = WholeFile.read(file);
            whole.trailer().toolMap();
            whole.trailer().sessionTitle();
        } catch (KvcFormatException e) {
            assertThat(e.kind()).isNotNull();
        } catch (IOException e) {
            throw new AssertionError("a hostile file is reported as a KvcFormatException", e);
        }
    }
}
