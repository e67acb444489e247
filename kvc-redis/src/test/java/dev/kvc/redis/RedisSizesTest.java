package dev.kvc.redis;

import static dev.kvc.redis.Served.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.Mapping;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.Verification;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots around the length of a part, and far beyond it. */
class RedisSizesTest extends OneRedis {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, MIB, 4 * MIB - 1, 4 * MIB, 4 * MIB + 1, 8 * MIB, 9 * MIB + 7})
    void sizeAroundAPartIsServed(int size) throws IOException {
        for (String hold : new String[] {"0B", "64MiB"}) {
            try (KvStore store = Served.open(server.port(), "?hold=" + hold)) {
                store.save(Served.draft("a text", size, 1));
                for (Verify verify : Verify.values()) {
                    try (Snapshot snapshot = store.load(KvcKey.of("a text"), LoadOptions.DEFAULT.verify(verify))
                            .orElseThrow()) {
                        Served.assertIs(snapshot, size, 1);
                    }
                }
            }
        }
    }

    @Test
    void textLongerThanAPartIsServed() throws IOException {
        String text = "x".repeat(5 * MIB);
        try (KvStore store = Served.open(server.port(), "")) {
            store.save(Served.draft(text, 6 * MIB, 1));
            Served.assertServed(store, text, 6 * MIB, 1);
        }
    }

    /** 300 MiB pass through a few parts of memory, both ways. */
    @Test
    void largeSnapshotNeedsAFewPartsOfMemory() throws IOException {
        long size = 300L * MIB;
        try (KvStore store = Served.open(server.port(), "?hold=0B")) {
            store.save(Served.draft("warm up", 40 * MIB, 1));
            Served.assertServed(store, "warm up", 40 * MIB, 1);
            long before = directBytes();
            assertThat(store.save(Served.draft("a text", size, 2)).outcome()).isEqualTo(Outcome.STORED);
            LoadOptions onRead = LoadOptions.DEFAULT.verify(Verify.ON_READ);
            try (Snapshot snapshot = store.load(KvcKey.of("a text"), onRead).orElseThrow()) {
                assertThat(snapshot.verification()).isEqualTo(Verification.ON_READ);
                Served.assertIs(snapshot, size, 2);
            }
            assertThat(directBytes() - before).isLessThan(64L * MIB);
        }
    }

    @Test
    void memoryOfWhatIsVerifiedOnLoadIsUsedAgain() throws IOException {
        try (KvStore store = Served.open(server.port(), "?hold=64MiB")) {
            store.save(Served.draft("a text", 40 * MIB, 1));
            Served.assertServed(store, "a text", 40 * MIB, 1);
            long before = directBytes();
            for (int i = 0; i < 3; i++) {
                try (Snapshot snapshot = store.load(KvcKey.of("a text")).orElseThrow();
                        Mapping mapping = snapshot.payload().map()) {
                    assertThat(mapping.slices()).allMatch(ByteBuffer::isDirect);
                    Served.assertIs(snapshot, 40 * MIB, 1);
                }
            }
            assertThat(directBytes() - before).isLessThan(40L * MIB);
        }
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    @Test
    void whatIsTooLargeForTheStoreIsRefused() throws IOException {
        try (KvStore store = Served.open(server.port(), "?max-entry=1MiB")) {
            assertThat(store.save(Served.draft("a text", 2 * MIB, 1)).outcome()).isEqualTo(Outcome.TOO_LARGE);
            assertThat(Served.has(store, "a text")).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3 * MIB, 40 * MIB})
    void whatRedisHasNoMemoryForIsNoRoomAndLeavesWhatIsThere(int size) throws IOException {
        try (KvStore store = Served.open(server.port(), "")) {
            store.save(Served.draft("a text", 1000, 1));
            server.say("CONFIG", "SET", "maxmemory", size < 4 * MIB ? "1mb" : "8mb");
            try {
                assertThat(store.save(Served.draft("a text", size, 2)).outcome())
                        .isEqualTo(Outcome.NO_ROOM);
                Served.assertServed(store, "a text", 1000, 1);
            } finally {
                server.say("CONFIG", "SET", "maxmemory", "0");
            }
        }
    }
}
