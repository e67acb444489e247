package dev.kvc.redis;

import dev.kvc.testkit.FaultyProxy;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server, empty before each test, and a proxy in front of it. */
abstract class ProxiedRedis {
    static RedisServer server;
    FaultyProxy proxy;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        server = RedisServer.start(directory);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    final void openProxy() throws IOException {
        server.say("FLUSHALL");
        proxy = FaultyProxy.to(server.address());
    }

    @AfterEach
    final void closeProxy() throws IOException {
        proxy.close();
    }
}
