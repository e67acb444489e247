package dev.kvc.redis;

import dev.kvc.testkit.FaultyProxy;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A server and a proxy in front of it. */
abstract class ProxiedRedis extends OneRedis {
    FaultyProxy proxy;

    @BeforeEach
    final void openProxy() throws IOException {
        proxy = FaultyProxy.to(server.address());
    }

    @AfterEach
    final void closeProxy() throws IOException {
        proxy.close();
    }
}
