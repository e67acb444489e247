package dev.kvc.store.fs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.Snapshot;
import dev.kvc.store.memory.CaffeineKvStore;
import dev.kvc.store.tier.TieredKvStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A runtime image may be without {@code jdk.jfr}; stores work there all the same. */
class WithoutFlightRecorderTest {
    private static final String NEEDED = "java.base,java.logging,jdk.unsupported";

    @TempDir
    private Path directory;

    /** The program that runs in such a runtime: every kind of request once. */
    static final class Main {
        private Main() {}

        public static void main(String[] args) throws IOException {
            System.out.println(ModuleLayer.boot().findModule("jdk.jfr").isPresent());
            CaffeineKvStore memory =
                    CaffeineKvStore.builder().budget(DataSize.ofBytes(3000)).build();
            FileSystemKvStore disk = FileSystemKvStore.builder(Path.of(args[0]))
                    .budget(DataSize.ofBytes(3000))
                    .open();
            try (KvStore store = TieredKvStore.of(List.of(memory, disk))) {
                for (int i = 0; i < 5; i++) {
                    store.save(Fixtures.draft("text " + i, 1000));
                }
                store.load(KvcKey.of("absent"));
                store.loadLongestPrefix(PrefixQuery.of("another prompt"));
                try (Snapshot snapshot = store.load(KvcKey.of("text 4")).orElseThrow()) {
                    snapshot.reject();
                }
                store.evictToBudget();
                System.out.println(store.stats().hits() + " hit, "
                        + store.stats().setAside() + " set aside, "
                        + (memory.stats().evictions() > 0 && disk.stats().evictions() > 0));
            }
        }
    }

    @Test
    void everyRequestWorks() throws IOException {
        try (ChildProcess child = ChildProcess.withModules(NEEDED, Main.class, directory.toString())) {
            assertThat(child.hear()).as("whether there is a Flight Recorder").isEqualTo("false");
            assertThat(child.hear()).isEqualTo("1 hit, 1 set aside, true");
        }
    }
}
