package dev.kvc.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundsTest {
    private static final int BYTES = 2_500_000;

    @TempDir
    Path directory;

    @Test
    void aSideWorksInAJvmOfItsOwn() throws Exception {
        Scenario scenario = Scenarios.named("single-flight");
        List<Measured> measured = Rounds.run(scenario, directory);
        assertThat(measured).singleElement().satisfies(side -> {
            assertThat(side.samples()).hasSize(scenario.rounds());
            assertThat(side.median()).as("100 misses ask the disk once").isEqualTo(1);
        });
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aSideThatTakesLongHasFewerRoundsOnceItHasHadSome() {
        assertThat(Rounds.isEnough(5, 1_500_000_000L)).isTrue();
        assertThat(Rounds.isEnough(4, 60_000_000_000L)).isFalse();
        assertThat(Rounds.isEnough(100, 1_499_999_999L)).isFalse();
    }

    @Test
    void scenariosHaveNamesOfTheirOwn() {
        assertThat(Scenarios.all()).extracting(Scenario::name).doesNotHaveDuplicates();
        assertThatThrownBy(() -> Scenarios.named("none")).isInstanceOf(IllegalArgumentException.class);
    }

    /** The bare loops must move the bytes that KVC does. */
    @Test
    void bareLoopsAndReplicaReadWhatKvcSaved() throws Exception {
        ByteBuffer payload = Corpus.payload(BYTES);
        Corpus.save(directory, 1, payload);
        Path file = Corpus.file(directory, 0);
        long offset = 52 + Corpus.TEXT_BYTES;
        for (ByteBuffer buffer : List.of(Corpus.direct(BYTES), Corpus.agreeing(BYTES))) {
            Bare.read(file, offset, buffer, true);
            assertThat(buffer.clear()).isEqualTo(payload.clear());
            Corpus.fill(buffer.clear().put(0, (byte) 1));
            Bare.mapAndCopy(file, offset, buffer, true);
            assertThat(buffer.clear()).isEqualTo(payload.clear());
        }
        assertThat(Bare.read(file, offset, Corpus.direct(BYTES), true))
                .isEqualTo(Bare.mapAndCopy(file, offset, Corpus.direct(BYTES), true))
                .isEqualTo(Bare.crcs(payload));
        assertThat(Replica.load(file).clear()).isEqualTo(payload.clear());
    }

    @Test
    void whatTheReplicaSavesIsASnapshot() throws Exception {
        ByteBuffer payload = Corpus.payload(BYTES);
        Replica.save(Corpus.file(directory, 0), Corpus.text(0), payload);
        try (var store = Corpus.open(directory);
                var snapshot = store.load(Corpus.key(0)).orElseThrow()) {
            assertThat(snapshot.payload().toByteArray()).isEqualTo(Corpus.bytes(payload));
        }
    }

    @Test
    void sparseDirectoriesAreServedAndMatchNothing() throws Exception {
        try (Lab lab = new Lab(directory.resolve("scenario"))) {
            SparseDirectory sparse = SparseDirectory.of(lab, 50);
            sparse.make();
            try (var store = Corpus.open(sparse.path())) {
                assertThat(store.stats().snapshots()).isEqualTo(50);
                assertThat(store.stats().bytes()).isEqualTo(sparse.bytes(0, 50));
            }
            assertThat(Replica.lookup(sparse.path(), DirectoryScenarios.prompt()))
                    .isZero();
            Files.delete(sparse.file(3));
            sparse.refill(10);
            assertThat(sparse.file(3)).exists();
        }
    }
}
