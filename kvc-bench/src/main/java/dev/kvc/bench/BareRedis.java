package dev.kvc.bench;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What one would write with the client, and no more: parts of 4 MiB, four of them under way over four connections. */
final class BareRedis implements Remote.Bare {
    private static final int PART = 4 << 20;
    private static final int CONNECTIONS = 4;
    private static final int MINUTE_MILLIS = 60_000;

    private final RedisClient client;
    private final List<StatefulRedisConnection<byte[], byte[]>> connections = new ArrayList<>();

    BareRedis(String uri) {
        client = RedisClient.create(uri);
        for (int i = 0; i < CONNECTIONS; i++) {
            connections.add(client.connect(ByteArrayCodec.INSTANCE));
        }
    }

    @Override
    public void empty() {
        connections.get(0).sync().flushall();
    }

    @Override
    public void put(ByteBuffer payload) throws Exception {
        Deque<RedisFuture<String>> sending = new ArrayDeque<>();
        for (int at = 0; at < payload.capacity(); at += PART) {
            byte[] part = new byte[Math.min(PART, payload.capacity() - at)];
            payload.get(at, part);
            if (sending.size() == CONNECTIONS) {
                sending.remove().get();
            }
            sending.add(connection(at).async().set(name(at), part, SetArgs.Builder.px(MINUTE_MILLIS)));
        }
        for (RedisFuture<String> each : sending) {
            each.get();
        }
    }

    @Override
    public void get(ByteBuffer buffer) throws Exception {
        Deque<RedisFuture<byte[]>> coming = new ArrayDeque<>();
        for (int at = 0; at < buffer.capacity(); at += PART) {
            if (coming.size() == CONNECTIONS) {
                buffer.put(coming.remove().get());
            }
            coming.add(connection(at).async().get(name(at)));
        }
        for (RedisFuture<byte[]> each : coming) {
            buffer.put(each.get());
        }
    }

    private StatefulRedisConnection<byte[], byte[]> connection(int at) {
        return connections.get(at / PART % CONNECTIONS);
    }

    private static byte[] name(int at) {
        return ("part:" + at).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
