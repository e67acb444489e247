package dev.kvc.bench;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** The peers that are on the class path, as sides. */
final class Peers {
    private Peers() {}

    static List<Peer.Factory> all() {
        List<Peer.Factory> all = new ArrayList<>(List.of(new LmdbPeer()));
        ServiceLoader.load(Peer.Factory.class).forEach(all::add);
        return all;
    }

    /** Sides that copy a stored value of that length into a reused direct buffer. */
    static List<Side> loads(int bytes, int count) {
        List<Side> sides = new ArrayList<>();
        for (Peer.Factory factory : all()) {
            sides.add(new Side(factory.name(), lab -> {
                Peer peer = lab.closing(factory.open(lab.directory(factory.name()), (long) bytes * count));
                ByteBuffer value = Corpus.payload(bytes);
                for (int i = 0; i < count; i++) {
                    peer.put("key-" + i, value);
                }
                int[] next = {0};
                return () -> {
                    if (peer.get("key-" + next[0]++ % count, value) != bytes) {
                        throw new IllegalStateException(factory.name() + " has lost a value");
                    }
                };
            }));
        }
        return sides;
    }

    /** Sides that store a value of that length, over {@code count} keys. */
    static List<Side> saves(int bytes, int count) {
        List<Side> sides = new ArrayList<>();
        for (Peer.Factory factory : all()) {
            sides.add(new Side(factory.name(), lab -> {
                Peer peer = lab.closing(factory.open(lab.directory(factory.name()), (long) bytes * count));
                ByteBuffer value = Corpus.payload(bytes);
                int[] next = {0};
                return () -> peer.put("key-" + next[0]++ % count, value);
            }));
        }
        return sides;
    }
}
