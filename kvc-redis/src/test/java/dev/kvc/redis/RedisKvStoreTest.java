package dev.kvc.redis;

import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.testkit.KvStoreContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract, against a real server. */
class RedisKvStoreTest extends KvStoreContract {
    private static RedisServer server;

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

    @Override
    protected KvStore open(Path scratch, StoreEnvironment environment) throws IOException {
        server.say("FLUSHALL");
        return reopen(scratch, environment);
    }

    @Override
    protected KvStore reopen(Path scratch, StoreEnvironment environment) throws IOException {
        return KvStores.open(server.uri(), environment, KvStores.installedProviders());
    }
}
