package dev.kvc.redis;

import io.lettuce.core.codec.RedisCodec;
import java.nio.ByteBuffer;

/** Names are arrays, values are buffers: one that is sent is not copied but into what is written to the network. */
final class BytesCodec implements RedisCodec<byte[], ByteBuffer> {
    static final BytesCodec INSTANCE = new BytesCodec();

    private BytesCodec() {}

    @Override
    public byte[] decodeKey(ByteBuffer bytes) {
        byte[] key = new byte[bytes.remaining()];
        bytes.get(key);
        return key;
    }

    @Override
    public ByteBuffer decodeValue(ByteBuffer bytes) {
        return ByteBuffer.wrap(decodeKey(bytes));
    }

    @Override
    public ByteBuffer encodeKey(byte[] key) {
        return ByteBuffer.wrap(key);
    }

    @Override
    public ByteBuffer encodeValue(ByteBuffer value) {
        return value.duplicate();
    }
}
