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

/** Parts of 4 MiB, four of them under way over four connections; the caller computes their checksums. */
final class BareRedis implements Remote.Bare {
    private static final int PART = 4 << 20;
    private static final int CONNECTIONS = 4;
    private static final int DAY_MILLIS = 86_400_000;

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
    public long put(int index, ByteBuffer payload) throws Exception {
        long crcs = 0;
        Deque<RedisFuture<String>> sending = new ArrayDeque<>();
        for (int at = 0; at < payload.capacity(); at += PART) {
            byte[] part = new byte[Math.min(PART, payload.capacity() - at)];
            payload.get(at, part);
            crcs += Bare.crcs(ByteBuffer.wrap(part));
            if (sending.size() == CONNECTIONS) {
                sending.remove().get();
            }
            sending.add(connection(at).async().set(name(index, at), part, SetArgs.Builder.px(DAY_MILLIS)));
        }
        for (RedisFuture<String> each : sending) {
            each.get();
        }
        return crcs;
    }

    @Override
    public long get(int index, ByteBuffer buffer) throws Exception {
        buffer.clear();
        long crcs = 0;
        Deque<RedisFuture<byte[]>> coming = new ArrayDeque<>();
        for (int at = 0; at < buffer.capacity(); at += PART) {
            if (coming.size() == CONNECTIONS) {
                crcs += take(coming.remove().get(), buffer);
            }
            coming.add(connection(at).async().get(name(index, at)));
        }
        for (RedisFuture<byte[]> each : coming) {
            crcs += take(each.get(), buffer);
        }
        return crcs;
    }

    private static long take(byte[] part, ByteBuffer buffer) {
        buffer.put(part);
        return Bare.crcs(ByteBuffer.wrap(part));
    }

    private StatefulRedisConnection<byte[], byte[]> connection(int at) {
        return connections.get(at / PART % CONNECTIONS);
    }

    private static byte[] name(int index, int at) {
        return ("part:" + index + ":" + at).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
