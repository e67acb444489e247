package dev.kvc.redis;

import static dev.kvc.redis.Served.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.format.KvcKey;
import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreHealth.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users that may do no more than they need, and TLS. */
class RedisAccessTest {
    private static final int SIZE = 9 * MIB;

    @TempDir
    private Path directory;

    private Path password() throws IOException {
        Path file = directory.resolve("password");
        Files.writeString(file, "secret\n");
        return file;
    }

    private static void makeUser(RedisServer server) throws IOException {
        assertThat(server.say(Documentation.makeUser())).isEqualTo("+OK");
        assertThat(server.say("CONFIG", "SET", "requirepass", "other")).isEqualTo("+OK");
    }

    @Test
    void userWithFewRightsIsEnough() throws IOException {
        try (RedisServer server = RedisServer.start(directory.resolve("redis"))) {
            makeUser(server);
            try (KvStore store = Served.open(server.port(), "?user=kvc&password-file=" + password())) {
                store.save(Served.draft("a text", SIZE, 1));
                store.save(Served.draft("a text", SIZE, 2));
                Served.assertServed(store, "a text", SIZE, 2);
                store.load(KvcKey.of("a text")).orElseThrow().close();
                assertThat(store.match(PrefixQuery.of("a text and more")).candidates())
                        .hasSize(1);
                try (Stream<SnapshotInfo> all = store.list()) {
                    assertThat(all).hasSize(1);
                }
                assertThat(store.evictToBudget()).isZero();
                store.save(Served.draft("a text", 1000, 3));
                store.save(Served.draft("a text", 1000, 4));
                Served.assertServed(store, "a text", 1000, 4);
                assertThat(store.save(KvcKey.of("a text"), Served.draft("a text", 1000, 4), SaveOptions.IF_ABSENT)
                                .outcome())
                        .isEqualTo(Outcome.ALREADY_PRESENT);
                assertThat(store.stats().health().failures()).isZero();
                assertThat(store.remove(KvcKey.of("a text"))).isTrue();
            }
        }
    }

    @Test
    void whatAUserMayNotDoIsAnErrorAndNoSignThatTheServerIsDown() throws IOException {
        try (RedisServer server = RedisServer.start(directory.resolve("redis"))) {
            makeUser(server);
            try (KvStore store = Served.open(server.port(), "?prefix=other&user=kvc&password-file=" + password())) {
                for (int i = 0; i < 10; i++) {
                    assertThatThrownBy(() -> store.load(KvcKey.of("a text")))
                            .isInstanceOf(IOException.class)
                            .hasMessageContaining("NOPERM");
                }
                assertThat(store.stats().health().state()).isEqualTo(State.UP);
            }
        }
    }

    /** With further attempts: the client may see the connection closed before it sees why. */
    @Test
    void wrongPasswordIsAnErrorThatDoesNotRepeatIt() throws IOException {
        try (RedisServer server = RedisServer.start(directory.resolve("redis"))) {
            makeUser(server);
            Path wrong = directory.resolve("wrong");
            Files.writeString(wrong, "swordfish");
            try (KvStore store = Served.open(server.port(), "?user=kvc&retry-delay=1ms&password-file=" + wrong)) {
                assertThatThrownBy(() -> store.load(KvcKey.of("a text")))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("WRONGPASS")
                        .hasMessageNotContaining("swordfish");
            }
        }
    }

    private RedisServer startWithTls(Certificates certificates) throws IOException {
        return RedisServer.startWithTls(directory.resolve("redis"), certificates);
    }

    @Test
    void everythingGoesOverTls() throws Exception {
        Certificates certificates = Certificates.make(directory);
        try (RedisServer server = startWithTls(certificates);
                KvStore store = KvStores.open(
                        "rediss://127.0.0.1:" + server.tlsPort() + "/0?ca-file=" + certificates.certificate())) {
            store.save(Served.draft("a text", SIZE, 1));
            Served.assertServed(store, "a text", SIZE, 1);
        }
    }

    @Test
    void serverThatNobodyVouchesForIsNotTrusted() throws Exception {
        Certificates certificates = Certificates.make(directory);
        try (RedisServer server = startWithTls(certificates);
                KvStore store = KvStores.open("rediss://127.0.0.1:" + server.tlsPort() + "/0?attempts=1")) {
            assertThatThrownBy(() -> store.load(KvcKey.of("a text"))).isInstanceOf(IOException.class);
        }
    }
}
