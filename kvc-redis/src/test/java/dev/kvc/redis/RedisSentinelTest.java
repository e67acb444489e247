package dev.kvc.redis;

import static dev.kvc.redis.Served.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import dev.kvc.store.SaveResult;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A master, which dies, a replica, and a sentinel. */
class RedisSentinelTest {
    private static final int SIZE = 9 * MIB;

    @TempDir
    private Path directory;

    @Test
    void replicaFollowsTheMaster() throws IOException {
        try (RedisServer master = RedisServer.start(directory.resolve("master"));
                RedisServer replica =
                        RedisServer.start(directory.resolve("replica"), "--replicaof", "127.0.0.1 " + master.port());
                RedisServer sentinel =
                        RedisServer.startSentinel(directory.resolve("sentinel"), "mymaster", master.port());
                KvStore store = KvStores.open("redis://127.0.0.1:" + sentinel.port()
                        + "/0?mode=sentinel&master=mymaster&timeout=500ms&attempts=1&breaker-delay=1ms")) {
            store.save(Served.draft("a text", SIZE, 1));
            Served.assertServed(store, "a text", SIZE, 1);
            awaitKnown(sentinel);
            master.kill();
            SaveResult.Outcome outcome = SaveResult.Outcome.FAILED;
            KvStore lenient = KvStores.resilient(store);
            while (outcome == SaveResult.Outcome.FAILED) {
                outcome = lenient.save(Served.draft("another", SIZE, 2)).outcome();
            }
            assertThat(outcome).isEqualTo(SaveResult.Outcome.STORED);
            Served.assertServed(store, "another", SIZE, 2);
            assertThat(replica.say("EXISTS", "kvc:n")).isEqualTo(":1");
        }
    }

    /** Waits until the sentinel has heard of the replica from the master. */
    private static void awaitKnown(RedisServer sentinel) throws IOException {
        while (!sentinel.lines("INFO", "sentinel").toString().contains("slaves=1")) {
            Thread.onSpinWait();
        }
    }
}
