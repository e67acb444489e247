package dev.kvc.bench.jmh;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.store.fs.IndexProbe;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The index of 1 000 snapshots: found by key, by the beginning of a prompt of 16 KiB, changed, and planned over. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class IndexBenchmark {
    private static final int SNAPSHOTS = 1_000;

    /** Which policy is told. */
    @Param({"lru", "size-weighted", "ds4", "prefix-aware"})
    public String policy = "lru";

    private final ByteBuffer prompt = ByteBuffer.allocate(16 << 10);
    private IndexProbe index = new IndexProbe(EvictionPolicies.lru().create());
    private int next;

    /** Fills the index. */
    @Setup
    public void fill() {
        index = new IndexProbe(EvictionPolicies.load().byName(policy).create());
        for (int i = 0; i < SNAPSHOTS; i++) {
            index.add();
        }
    }

    private int number() {
        return next++ % SNAPSHOTS;
    }

    /** By its key, which is made first. */
    @Benchmark
    public boolean find() {
        return index.contains(number());
    }

    /** Removed and put back. */
    @Benchmark
    public void replace() {
        index.replace(number());
    }

    /** Ten victims. */
    @Benchmark
    public long plan() {
        return index.plan(10);
    }

    /** Every length up to 1 000. */
    @Benchmark
    public int prefixes() {
        return index.beginningsOf(prompt);
    }
}
