package dev.kvc.store.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.format.SaveReason;
import java.io.IOException;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TraceWriterTest {
    private static final KvcKey KEY = KvcKey.parse("0123456789012345678901234567890123456789");
    private final StringWriter written = new StringWriter();

    @Test
    void recordingBeginsWithItsVersionAndUnit() throws IOException {
        new TraceWriter(written, 256).close();
        assertThat(written).hasToString("{\"kvc-trace\":1,\"unit\":256}\n");
    }

    @Test
    void eventIsOneLine() throws IOException {
        SnapshotId id = new SnapshotId(Namespace.of("alice"), KEY);
        try (TraceWriter trace = new TraceWriter(written, 256)) {
            trace.lookup(5, Namespace.DEFAULT, 300, 0, new long[] {-1}, null);
            trace.lookup(6, id.namespace(), 513, 128, new long[] {1, 2}, id);
            trace.save(7, id, 600, 150, new long[0], 1L << 40, SaveReason.CONTINUED, 9);
        }
        assertThat(written.toString().lines().skip(1))
                .containsExactly(
                        "{\"op\":\"lookup\",\"at\":5,\"length\":300,\"tokens\":0,\"path\":[\"ffffffffffffffff\"]}",
                        "{\"op\":\"lookup\",\"at\":6,\"in\":\"alice\",\"length\":513,\"tokens\":128,"
                                + "\"path\":[\"0000000000000001\",\"0000000000000002\"],\"found\":\"" + KEY + "\"}",
                        "{\"op\":\"save\",\"at\":7,\"in\":\"alice\",\"key\":\"" + KEY
                                + "\",\"length\":600,\"tokens\":150,"
                                + "\"bytes\":1099511627776,\"reason\":2,\"model\":9,\"path\":[]}");
    }

    @Test
    void unitsHaveALength() {
        assertThatThrownBy(() -> new TraceWriter(written, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unitBytes is 0; it must be above 0");
    }
}
