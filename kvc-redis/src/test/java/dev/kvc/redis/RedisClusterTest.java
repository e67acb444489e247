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
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes, one of which dies. Each test has a cluster of its own, and all of them come up beside each other. */
class RedisClusterTest {
    private static final int NODES = 3;
    private static final int SIZE = 9 * MIB;
    private static final Map<String, RedisCluster> CLUSTERS = new HashMap<>();

    @TempDir
    private Path directory;

    private List<RedisServer> nodes;
    private String uri;
    private KvStore store;

    @BeforeAll
    static void startAll(@TempDir Path directory) throws IOException {
        for (Method method : RedisClusterTest.class.getDeclaredMethods()) {
            if (method.isAnnotationPresent(Test.class)) {
                RedisCluster cluster = new RedisCluster();
                CLUSTERS.put(method.getName(), cluster);
                cluster.start(directory.resolve(method.getName()), NODES);
            }
        }
    }

    @AfterAll
    static void stopAll() {
        CLUSTERS.values().forEach(RedisCluster::close);
    }

    @BeforeEach
    void open(TestInfo test) throws IOException {
        RedisCluster cluster = CLUSTERS.get(test.getTestMethod().orElseThrow().getName());
        cluster.awaitWhole();
        nodes = cluster.nodes();
        uri = cluster.uri();
        store = KvStores.open(uri);
    }

    @AfterEach
    void close() throws IOException {
        if (store != null) {
            store.close();
        }
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
        try (KvStore limited = KvStores.open(uri + "&user=kvc&password-file=" + password)) {
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
