package dev.kvc.redis;

import static dev.kvc.redis.Served.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes, one of which dies. */
class RedisClusterTest {
    private static final int SLOTS = 16_384;
    private static final int NODES = 3;
    private static final int SIZE = 9 * MIB;

    @TempDir
    private Path directory;

    private final List<RedisServer> nodes = new ArrayList<>();
    private KvStore store;

    @BeforeEach
    void start() throws IOException {
        for (int i = 0; i < NODES; i++) {
            nodes.add(RedisServer.start(
                    directory.resolve("node" + i),
                    "--cluster-enabled",
                    "yes",
                    "--cluster-node-timeout",
                    "500",
                    "--cluster-require-full-coverage",
                    "no"));
        }
        for (int i = 0; i < NODES; i++) {
            String from = Integer.toString(i * SLOTS / NODES);
            String to = Integer.toString((i + 1) * SLOTS / NODES - 1);
            nodes.get(i).say("CLUSTER", "ADDSLOTSRANGE", from, to);
            nodes.get(i).say("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
            nodes.get(0)
                    .say(
                            "CLUSTER",
                            "MEET",
                            "127.0.0.1",
                            Integer.toString(nodes.get(i).port()));
        }
        for (RedisServer node : nodes) {
            awaitWhole(node);
        }
        store = KvStores.open(uri());
    }

    private String uri() {
        return "redis://"
                + nodes.stream().map(node -> "127.0.0.1:" + node.port()).collect(Collectors.joining(","))
                + "/0?mode=cluster&timeout=500ms&attempts=1&breaker-delay=1ms";
    }

    private static void awaitWhole(RedisServer node) throws IOException {
        while (!node.lines("CLUSTER", "INFO").contains("cluster_state:ok")
                || !node.lines("CLUSTER", "INFO").contains("cluster_slots_ok:" + SLOTS)) {
            Thread.onSpinWait();
        }
    }

    @AfterEach
    void stop() throws IOException {
        if (store != null) {
            store.close();
        }
        nodes.forEach(RedisServer::close);
    }

    @Test
    void partsAreSpreadOverTheNodes() throws IOException {
        for (int i = 0; i < 10; i++) {
            store.save(Served.draft("text " + i, SIZE, i));
        }
        for (int i = 0; i < 10; i++) {
            Served.assertServed(store, "text " + i, SIZE, i);
        }
        for (RedisServer node : nodes) {
            assertThat(Integer.parseInt(node.say("DBSIZE").substring(1))).isGreaterThan(5);
        }
    }

    @Test
    void everythingElseGoesOverTheSlotsToo() throws IOException {
        KvStore alice = store.in(Namespace.of("alice"));
        store.save(Served.draft("a text", 1000, 1));
        store.save(Served.draft("a text and more", 1000, 2));
        alice.save(Served.draft("a text", SIZE, 3));
        assertThat(store.match(PrefixQuery.of("a text and more and more")).candidates())
                .extracting(SnapshotInfo::key)
                .containsExactly(KvcKey.of("a text and more"), KvcKey.of("a text"));
        Served.assertServed(alice, "a text", SIZE, 3);
        try (Stream<SnapshotInfo> all = store.list()) {
            assertThat(all).hasSize(2);
        }
        assertThat(store.namespaces()).containsExactlyInAnyOrder(Namespace.DEFAULT, Namespace.of("alice"));
        assertThat(store.stats().snapshots()).isEqualTo(3);
        store.load(KvcKey.of("a text")).orElseThrow().close();
        assertThat(store.stat(KvcKey.of("a text")).orElseThrow().header().hitCount())
                .isEqualTo(1);
        assertThat(store.remove(KvcKey.of("a text"))).isTrue();
        assertThat(store.stats().snapshots()).isEqualTo(2);
    }

    @Test
    void userWithFewRightsIsEnough() throws IOException {
        for (RedisServer node : nodes) {
            assertThat(node.say(Documentation.makeUser("+cluster|nodes", "+info")))
                    .isEqualTo("+OK");
            assertThat(node.say("CONFIG", "SET", "requirepass", "other")).isEqualTo("+OK");
        }
        Path password = directory.resolve("password");
        Files.writeString(password, "secret");
        try (KvStore limited = KvStores.open(uri() + "&user=kvc&password-file=" + password)) {
            limited.save(Served.draft("a text", SIZE, 1));
            Served.assertServed(limited, "a text", SIZE, 1);
            assertThat(limited.stats().snapshots()).isEqualTo(1);
            assertThat(limited.stats().health().failures()).isZero();
        }
    }

    @Test
    void nodeThatDiesTakesItsSnapshotsAndNoOthers() throws IOException {
        for (int i = 0; i < 30; i++) {
            store.save(Served.draft("text " + i, 1000, i));
        }
        nodes.get(NODES - 1).kill();
        KvStore lenient = KvStores.resilient(store);
        int served = 0;
        for (int i = 0; i < 30; i++) {
            if (Served.has(lenient, "text " + i)) {
                Served.assertServed(lenient, "text " + i, 1000, i);
                served++;
            }
        }
        assertThat(served).isBetween(1, 29);
    }

    @Test
    void nodeThatDiesInTheMiddleOfASaveLeavesNoPartOfIt() throws IOException {
        KvStore lenient = KvStores.resilient(store);
        SnapshotDraft dying = SnapshotDraft.builder()
                .text("a text")
                .payload(PayloadSource.of(40L * MIB, out -> {
                    for (int i = 0; i < 40; i++) {
                        if (i == 20) {
                            nodes.get(1).kill();
                        }
                        out.write(ByteBuffer.allocate(MIB));
                    }
                }))
                .build();
        lenient.save(dying);
        lenient.load(KvcKey.of("a text")).ifPresent(snapshot -> {
            throw new AssertionError("a snapshot of which a part is gone was served: " + snapshot.info());
        });
    }
}
