package dev.kvc.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** LMDB, and with the profile {@code peers} all others. */
class PeersTest {
    private static final int BYTES = 200_000;

    @TempDir
    Path directory;

    static Stream<Named<Peer.Factory>> peers() {
        return Peers.all().stream().map(peer -> Named.of(peer.name(), peer));
    }

    @ParameterizedTest
    @MethodSource("peers")
    void whatWasPutIsGot(Peer.Factory factory) throws Exception {
        ByteBuffer value = Corpus.payload(BYTES);
        ByteBuffer other = ByteBuffer.allocateDirect(BYTES);
        try (Peer peer = factory.open(directory, 1 << 20)) {
            peer.put("key-1", other);
            peer.put("key-2", other);
            peer.put("key-1", value);
            ByteBuffer found = ByteBuffer.allocateDirect(BYTES);
            assertThat(peer.get("key-1", found)).isEqualTo(BYTES);
            assertThat(found.clear()).isEqualTo(value.clear());
            assertThat(peer.get("key-2", found)).isEqualTo(BYTES);
            assertThat(found.clear()).isEqualTo(other.clear());
            assertThat(peer.get("key-3", found)).isEqualTo(-1);
        }
    }
}
