package dev.kvc.redis;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Nodes of a cluster, each with its share of the slots. They end with the tests. */
final class RedisCluster implements Closeable {
    private static final int SLOTS = 16_384;

    private final List<RedisServer> nodes = new ArrayList<>();

    /** Starts them; it takes two seconds until they serve, see {@link #awaitWhole}. */
    void start(Path directory, int size) throws IOException {
        for (int i = 0; i < size; i++) {
            nodes.add(RedisServer.start(
                    directory.resolve("node" + i),
                    "--cluster-enabled",
                    "yes",
                    "--cluster-node-timeout",
                    "500",
                    "--cluster-require-full-coverage",
                    "no"));
        }
        for (int i = 0; i < size; i++) {
            String from = Integer.toString(i * SLOTS / size);
            String to = Integer.toString((i + 1) * SLOTS / size - 1);
            nodes.get(i).say("CLUSTER", "ADDSLOTSRANGE", from, to);
            nodes.get(i).say("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
            String port = Integer.toString(nodes.get(i).port());
            nodes.get(0).say("CLUSTER", "MEET", "127.0.0.1", port);
        }
    }

    void awaitWhole() throws IOException {
        for (RedisServer node : nodes) {
            while (!node.lines("CLUSTER", "INFO").contains("cluster_state:ok")
                    || !node.lines("CLUSTER", "INFO").contains("cluster_slots_ok:" + SLOTS)) {
                Thread.onSpinWait();
            }
        }
    }

    List<RedisServer> nodes() {
        return nodes;
    }

    String uri() {
        return "redis://"
                + nodes.stream().map(node -> "127.0.0.1:" + node.port()).collect(Collectors.joining(","))
                + "/0?mode=cluster&timeout=500ms&attempts=1&breaker-delay=1ms";
    }

    @Override
    public void close() {
        nodes.forEach(RedisServer::close);
    }
}
