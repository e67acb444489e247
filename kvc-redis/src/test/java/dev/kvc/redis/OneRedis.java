package dev.kvc.redis;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server for a class of tests, empty before each. */
abstract class OneRedis {
    static RedisServer server;

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
    final void empty() throws IOException {
        server.say("FLUSHALL");
    }
}
