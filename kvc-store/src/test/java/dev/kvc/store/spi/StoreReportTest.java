package dev.kvc.store.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.Namespace;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.MissReason;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreListener;
import dev.kvc.store.StoreStats;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a store counts and tells. */
class StoreReportTest {
    private final List<String> told = new ArrayList<>();
    private final StoreListener listener = new StoreListener() {
        @Override
        public void saved(SnapshotId id, SaveResult result) {
            told.add("saved " + result.outcome());
        }

        @Override
        public void loaded(SnapshotInfo snapshot) {
            told.add("loaded " + snapshot.textBytes());
        }

        @Override
        public void missed(SnapshotId id, MissReason reason) {
            told.add("missed " + reason);
        }

        @Override
        public void evicted(SnapshotInfo snapshot) {
            told.add("evicted " + snapshot.storedBytes());
        }

        @Override
        public void setAside(SnapshotId id, IOException cause) {
            told.add("set aside " + cause.getMessage());
        }
    };
    private final StoreReport report = new StoreReport("test", List.of(listener));
    private final SnapshotDraft draft = Images.draft(Images.payload(100)).build();

    private Answer found() throws IOException {
        try (ImageReader reader = Images.reader(1, 1 << 20)) {
            Snapshot snapshot =
                    Images.load(reader, new Images.Elsewhere(Images.file(draft)), LoadOptions.Verify.ON_LOAD, () -> {});
            return Answer.found(snapshot);
        }
    }

    @Test
    void everythingIsCountedAndTold() throws IOException {
        SnapshotInfo info = FileImage.of(draft, 0).info(Images.id());
        report.save(Images.id(), draft, () -> SaveResult.of(Outcome.STORED, 200));
        report.wrote(200);
        assertThat(report.load(Images.id(), LoadOptions.DEFAULT, this::found)).isPresent();
        report.load(Images.id(), LoadOptions.DEFAULT, () -> Answer.missed(MissReason.EXPIRED));
        report.missedPrefix(Namespace.DEFAULT);
        report.evicted(info);
        report.setAside(Images.id(), new IOException("damaged"));
        StoreStats stats = report.stats(3, 600, 1000);
        assertThat(told)
                .containsExactly(
                        "saved STORED",
                        "loaded 28",
                        "missed EXPIRED",
                        "evicted " + info.storedBytes(),
                        "set aside damaged");
        assertThat(stats.hits()).isEqualTo(1);
        assertThat(stats.tokensServed()).isEqualTo(7);
        assertThat(stats.misses()).containsOnlyKeys(MissReason.EXPIRED, MissReason.NO_PREFIX);
        assertThat(stats.saves(Outcome.STORED)).isEqualTo(1);
        assertThat(stats.bytesWritten()).isEqualTo(200);
        assertThat(stats.evictions()).isEqualTo(1);
        assertThat(stats.bytesEvicted()).isEqualTo(info.storedBytes());
        assertThat(stats.setAside()).isEqualTo(1);
        assertThat(stats.snapshots()).isEqualTo(3);
        assertThat(stats.bytes()).isEqualTo(600);
        assertThat(stats.budgetBytes()).isEqualTo(1000);
    }

    @Test
    void loadThatIsNoHitIsToldAndNotCounted() throws IOException {
        report.load(Images.id(), LoadOptions.DEFAULT.withoutHit(), this::found);
        assertThat(told).containsExactly("loaded 28");
        assertThat(report.stats(0, 0, 0).hits()).isZero();
    }

    @Test
    void failureIsThrownAndNeitherCountedNorTold() {
        assertThatThrownBy(() -> report.save(Images.id(), draft, () -> {
                    throw new IOException("full");
                }))
                .hasMessage("full");
        assertThatThrownBy(() -> report.load(Images.id(), LoadOptions.DEFAULT, () -> {
                    throw new IOException("gone");
                }))
                .hasMessage("gone");
        assertThat(told).isEmpty();
        assertThat(report.stats(0, 0, 0).saves()).isEmpty();
        assertThat(report.stats(0, 0, 0).missCount()).isZero();
    }

    @Test
    void listenerThatThrowsHarmsNobody() throws IOException {
        StoreReport broken = new StoreReport(
                "test",
                List.of(
                        new StoreListener() {
                            @Override
                            public void saved(SnapshotId id, SaveResult result) {
                                throw new IllegalStateException("broken");
                            }
                        },
                        listener));
        broken.save(Images.id(), draft, () -> SaveResult.of(Outcome.STORED, 200));
        assertThat(told).containsExactly("saved STORED");
        assertThat(broken.stats(0, 0, 0).saves(Outcome.STORED)).isEqualTo(1);
    }
}
