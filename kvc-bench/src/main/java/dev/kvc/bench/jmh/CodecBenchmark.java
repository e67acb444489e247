package dev.kvc.bench.jmh;

import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcFormatException;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Headers and keys. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {
    private static final int TEXT_BYTES = 4096;

    private final KvcHeader header =
            KvcHeader.builder().tokenCount(1000).payloadBytes(1 << 20).build();
    private final ByteBuffer fixed = ByteBuffer.allocateDirect(KvcCodec.FIXED_BYTES);
    private final ByteBuffer stored = stored();
    private final byte[] text = new byte[TEXT_BYTES];
    private final String hex = KvcKey.of(text).hex();

    private ByteBuffer stored() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(KvcCodec.FIXED_BYTES);
        KvcCodec.encodeFixed(header, TEXT_BYTES, bytes);
        return bytes.flip();
    }

    /** 52 bytes written. */
    @Benchmark
    public ByteBuffer encode() {
        KvcCodec.encodeFixed(header, TEXT_BYTES, fixed.clear());
        return fixed;
    }

    /** 52 bytes read and checked. */
    @Benchmark
    public Object decode() throws KvcFormatException {
        return KvcCodec.decodeLayout(stored, 2 << 20, KvcCodec.DEFAULT_MAX_TEXT_BYTES, "a file");
    }

    /** The key of a text of 4 KiB. */
    @Benchmark
    public KvcKey keyOfText() {
        return KvcKey.of(text);
    }

    /** A file's name read. */
    @Benchmark
    public KvcKey keyOfName() {
        return KvcKey.parse(hex);
    }

    /** A file's name written. */
    @Benchmark
    public String nameOfKey() {
        return KvcKey.parse(hex).hex();
    }
}
