package dev.kvc.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is measured over a network; with those servers that are installed. */
class RemoteTest {
    @TempDir
    Path directory;

    static List<Service> services() {
        return Service.installed();
    }

    static Stream<String> scenarios() {
        return Stream.concat(RemoteScenarios.all().stream(), StackScenarios.all().stream())
                .map(Scenario::name)
                .filter(name -> name.endsWith("-1MiB"));
    }

    /** Beginning with another byte for each length, and the same nowhere within a part. */
    private static ByteBuffer payload(int bytes) {
        ByteBuffer payload = ByteBuffer.allocateDirect(bytes);
        for (int i = 0; i < bytes; i++) {
            payload.put((byte) (i ^ i >> 8 ^ i >> 16 ^ bytes));
        }
        return payload.flip();
    }

    /** Lengths about those of the parts of each. */
    @ParameterizedTest
    @MethodSource("services")
    void whatTheBareClientPutsItGets(Service service) throws Exception {
        try (Remote server = service.start(directory);
                Remote.Bare bare = server.bare()) {
            for (int bytes : List.of(1, 1 << 20, (4 << 20) + 1, 8 << 20, (8 << 20) + 1, 20 << 20)) {
                ByteBuffer payload = payload(bytes);
                long crcs = Bare.crcs(payload);
                assertThat(bare.put(0, payload)).as(bytes + " bytes").isEqualTo(crcs);
                for (ByteBuffer found : List.of(ByteBuffer.allocateDirect(bytes), ByteBuffer.allocate(bytes))) {
                    assertThat(bare.get(0, found)).as(bytes + " bytes").isEqualTo(crcs);
                    assertThat(found.clear()).isEqualTo(payload);
                }
            }
        }
    }

    /** Bare sides compare the checksums of what they move themselves. */
    @ParameterizedTest
    @MethodSource("scenarios")
    void everySideDoesItsWorkAgainAndAgain(String name) throws Exception {
        for (Side side : Scenarios.named(name).sides()) {
            try (Lab lab = new Lab(directory.resolve("scenario"))) {
                Operation operation = side.opening().open(lab);
                for (int i = 0; i < 2; i++) {
                    operation.prepare();
                    operation.run();
                }
            }
        }
    }

    @Test
    void aBareLoopWhoseChecksumsDifferFails() {
        assertThatThrownBy(RemoteScenarios.comingTo(1, () -> 2)::run)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("add up to 2, and not to 1");
    }
}
