package dev.kvc.bench.jmh;

import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.memory.CaffeineKvStore;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What Flight Recorder costs the quickest of all requests, a hit in memory. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EventsBenchmark {
    /** Nothing is recorded; other events are; loads are. */
    @Param({"nothing", "others", "loads"})
    private String recorded = "nothing";

    private final CaffeineKvStore store =
            CaffeineKvStore.builder().budget(DataSize.ofMebibytes(1)).build();
    private final Recording recording = new Recording();
    private final KvcKey key = KvcKey.of("a text");

    /** Begins to record. */
    @Setup
    public void record() throws IOException {
        store.save(
                SnapshotDraft.builder().text("a text").payload(new byte[1000]).build());
        recording.setToDisk(false);
        if (recorded.equals("others")) {
            recording.disable("dev.kvc.Load");
        }
        if (!recorded.equals("nothing")) {
            recording.start();
        }
    }

    /** Forgets what was recorded. */
    @TearDown
    public void close() {
        recording.close();
    }

    /** A load with its hit counted. */
    @Benchmark
    public Object kvcLoad() throws IOException {
        return store.load(key).orElseThrow();
    }
}
