package dev.kvc.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import java.io.Closeable;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes connections as the settings say. */
final class Connector implements Closeable {
    /** Pages of 8 KiB; a chunk has room for a part and what a growing buffer takes beside it. */
    private static final int PAGE_BYTES = 8 << 10;

    private static final int CHUNK_ORDER = 11;
    private static final int IO_THREADS = 2;
    private static final Duration TOPOLOGY_REFRESH = Duration.ofSeconds(30);

    private final RedisSettings settings;
    private @Nullable AbstractRedisClient client;
    private @Nullable ClientResources resources;

    Connector(RedisSettings settings) {
        this.settings = settings;
    }

    /**
     * Makes one connection for what is small, and as many for parts as there shall be.
     *
     * @throws IOException if one cannot be made
     */
    synchronized List<StatefulConnection<byte[], ByteBuffer>> connect() throws IOException {
        List<StatefulConnection<byte[], ByteBuffer>> made = new ArrayList<>();
        try {
            for (int i = 0; i <= settings.connections(); i++) {
                made.add(connectOnce());
            }
            return List.copyOf(made);
        } catch (RuntimeException e) {
            made.forEach(StatefulConnection::close);
            throw RedisFailure.of(settings.toString(), e.getCause() == null ? e : e.getCause());
        }
    }

    private StatefulConnection<byte[], ByteBuffer> connectOnce() {
        AbstractRedisClient open = client();
        return open instanceof RedisClusterClient cluster
                ? cluster.connect(BytesCodec.INSTANCE)
                : ((RedisClient) open).connect(BytesCodec.INSTANCE);
    }

    private AbstractRedisClient client() {
        if (client == null) {
            ClientResources mine = ClientResources.builder()
                    .ioThreadPoolSize(IO_THREADS)
                    .computationThreadPoolSize(IO_THREADS)
                    .nettyCustomizer(new Buffers())
                    .build();
            resources = mine;
            client = settings.mode() == RedisSettings.Mode.CLUSTER ? cluster(mine) : single(mine);
        }
        return client;
    }

    private AbstractRedisClient single(ClientResources mine) {
        RedisClient made = RedisClient.create(mine, uri(settings.nodes().get(0)));
        made.setOptions(options(ClientOptions.builder()).build());
        return made;
    }

    private AbstractRedisClient cluster(ClientResources mine) {
        RedisClusterClient made = RedisClusterClient.create(
                mine, settings.nodes().stream().map(this::uri).toList());
        ClusterClientOptions.Builder options = ClusterClientOptions.builder()
                .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .enablePeriodicRefresh(TOPOLOGY_REFRESH)
                        .build());
        options(options);
        made.setOptions(options.build());
        return made;
    }

    /**
     * A request fails rather than wait for a connection: whether it is made again is not for the client to say. But
     * connections to the nodes of a cluster are made by the first request for each, which then waits, within its
     * timeout.
     */
    private <B extends ClientOptions.Builder> B options(B builder) {
        builder.disconnectedBehavior(
                        settings.mode() == RedisSettings.Mode.CLUSTER
                                ? ClientOptions.DisconnectedBehavior.ACCEPT_COMMANDS
                                : ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .timeoutOptions(TimeoutOptions.enabled(settings.timeout()))
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(settings.connectTimeout())
                        .keepAlive(true)
                        .build());
        if (settings.caFile() != null) {
            builder.sslOptions(SslOptions.builder()
                    .trustManager(SslOptions.Resource.from(pem(settings.caFile())))
                    .build());
        }
        return builder;
    }

    private static URL pem(Path file) {
        try {
            return file.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("ca-file is " + file + "; it must be a file", e);
        }
    }

    private RedisURI uri(RedisSettings.Node node) {
        RedisURI.Builder uri;
        if (settings.mode() == RedisSettings.Mode.SENTINEL) {
            RedisURI.Builder sentinels = RedisURI.builder().withSentinelMasterId(String.valueOf(settings.master()));
            settings.nodes().forEach(each -> sentinels.withSentinel(each.host(), each.port()));
            uri = sentinels;
        } else {
            uri = RedisURI.builder().withHost(node.host()).withPort(node.port());
        }
        uri.withDatabase(settings.database()).withTimeout(settings.timeout()).withSsl(settings.tls());
        uri.withVerifyPeer(settings.verifyPeer() ? SslVerifyMode.FULL : SslVerifyMode.NONE);
        if (settings.password() != null && settings.user() != null) {
            uri.withAuthentication(settings.user(), settings.password().toCharArray());
        } else if (settings.password() != null) {
            uri.withPassword(settings.password().toCharArray());
        }
        return uri.build();
    }

    /**
     * The client's buffers: as large as a part, and used again. The defaults are pooled up to 4 MiB only, so that the
     * memory of each part would be fresh, which costs more than sending it.
     */
    private static final class Buffers implements NettyCustomizer {
        private final PooledByteBufAllocator buffers =
                new PooledByteBufAllocator(true, 0, IO_THREADS, PAGE_BYTES, CHUNK_ORDER, 0, 0, false);

        @Override
        public void afterBootstrapInitialized(Bootstrap bootstrap) {
            bootstrap.option(ChannelOption.ALLOCATOR, buffers);
        }
    }

    @Override
    public synchronized void close() {
        if (client != null && resources != null) {
            client.shutdown(0, settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
            resources
                    .shutdown(0, settings.timeout().toMillis(), TimeUnit.MILLISECONDS)
                    .awaitUninterruptibly();
        }
    }

    @Override
    public String toString() {
        return settings.toString();
    }
}
