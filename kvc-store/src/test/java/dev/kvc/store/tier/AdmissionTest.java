package dev.kvc.store.tier;

import static dev.kvc.store.tier.TierFixtures.draft;
import static dev.kvc.store.tier.TierFixtures.fill;
import static dev.kvc.store.tier.TierFixtures.has;
import static dev.kvc.store.tier.TierFixtures.hit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.format.KvcKey;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a slow tier is given, and for how long it may keep a save waiting. */
class AdmissionTest {
    private static final String SHORT = "short";
    private static final String LONG = "a text of more tokens";

    private final HookedStore fast = new HookedStore();
    private final HookedStore slow = new HookedStore();
    private final List<TieredKvStore> opened = new ArrayList<>();

    private TieredKvStore stack(Tier behind) {
        TieredKvStore store = TieredKvStore.builder()
                .tier(Tier.of(fast).promotion(Promotion.never()))
                .tier(behind)
                .build();
        opened.add(store);
        return store;
    }

    @AfterEach
    void close() {
        opened.forEach(TieredKvStore::close);
    }

    @ParameterizedTest
    @EnumSource(names = {"WRITE_THROUGH", "WRITE_BACK"})
    void snapshotOfTooFewTokensStaysInFront(WriteMode mode) throws IOException {
        TieredKvStore store = stack(Tier.of(slow).writeMode(mode).admission(Admission.ofTokens(10)));
        assertThat(store.save(draft(SHORT)).outcome()).isEqualTo(Outcome.STORED);
        store.save(draft(LONG));
        store.flush();
        assertThat(has(slow, SHORT)).isFalse();
        assertThat(has(slow, LONG)).isTrue();
        assertThat(has(fast, SHORT)).isTrue();
    }

    @Test
    void whatNoTierAdmitsIsNotAdmitted() throws IOException {
        TieredKvStore store = TieredKvStore.builder()
                .tier(Tier.of(slow).admission(Admission.ofTokens(10)))
                .build();
        opened.add(store);
        assertThat(store.save(draft(SHORT)).outcome()).isEqualTo(Outcome.NOT_ADMITTED);
    }

    @Test
    void saveThatMustNotBeLostIsAdmitted() throws IOException {
        TieredKvStore store = stack(Tier.of(slow).admission(Admission.ofTokens(10)));
        store.save(KvcKey.of(SHORT), draft(SHORT), SaveOptions.DEFAULT.admitAlways());
        assertThat(has(slow, SHORT)).isTrue();
    }

    @Test
    void secondHitInFrontBringsItDown() throws IOException {
        TieredKvStore store = stack(Tier.of(slow).admission(Admission.onSecondHit()));
        store.save(draft(LONG));
        hit(store, LONG);
        store.flush();
        assertThat(slow.saves).hasValue(0);
        hit(store, LONG);
        store.flush();
        assertThat(fill(slow, LONG)).isEqualTo(1);
        hit(store, LONG);
        store.flush();
        assertThat(slow.saves).hasValue(1);
    }

    @Test
    void fewTokensNeedASecondHitAndManyDoNot() throws IOException {
        TieredKvStore store =
                stack(Tier.of(slow).admission(Admission.ofTokens(10).orOnSecondHit()));
        store.save(draft(SHORT));
        store.save(draft(LONG));
        assertThat(has(slow, LONG)).isTrue();
        hit(store, SHORT);
        hit(store, SHORT);
        store.flush();
        assertThat(has(slow, SHORT)).isTrue();
        hit(store, LONG);
        hit(store, LONG);
        store.flush();
        assertThat(slow.saves).hasValue(2);
    }

    @Test
    void whatFailsToGoDownIsTriedAgainAtTheNextHit() throws IOException {
        TieredKvStore store = stack(Tier.of(slow).admission(Admission.onSecondHit()));
        store.save(draft(LONG));
        hit(store, LONG);
        slow.beforeNextSave(() -> {
            throw new IOException("no route");
        });
        hit(store, LONG);
        store.flush();
        assertThat(has(slow, LONG)).isFalse();
        assertThat(store.tierStats().get(1).failures()).isEqualTo(1);
        assertThat(store.tierStats().get(1).lastFailureOrNull()).isEqualTo("save: java.io.IOException: no route");
        hit(store, LONG);
        store.flush();
        assertThat(has(slow, LONG)).isTrue();
    }

    /** What is removed while it goes down does not come back. */
    @Test
    void removedMeanwhileStaysRemoved() throws IOException {
        TieredKvStore store = stack(Tier.of(slow).admission(Admission.onSecondHit()));
        store.save(draft(LONG));
        hit(store, LONG);
        slow.beforeNextSave(() -> store.remove(KvcKey.of(LONG)));
        hit(store, LONG);
        store.flush();
        assertThat(has(store, LONG)).isFalse();
        assertThat(has(slow, LONG)).isFalse();
    }

    @Test
    void hitsDoNotWaitForWhatGoesDown() throws Exception {
        TieredKvStore store = stack(Tier.of(slow).admission(Admission.onSecondHit()));
        store.save(draft(LONG));
        hit(store, LONG);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        slow.holdNextSave(begun, release);
        for (int i = 0; i < 10; i++) {
            hit(store, LONG);
        }
        begun.await();
        hit(store, LONG);
        release.countDown();
        store.flush();
        assertThat(slow.saves).hasValue(1);
        assertThat(has(slow, LONG)).isTrue();
    }

    @Test
    void saveIsCutWhenItsTimeIsOver() throws Exception {
        TieredKvStore store = stack(Tier.of(slow).saveDeadline(Duration.ofMillis(5)));
        long start = System.nanoTime();
        PayloadSource source = PayloadSource.of(2, out -> {
            out.write(ByteBuffer.allocate(1));
            while (System.nanoTime() - start < Duration.ofMillis(50).toNanos()) {
                Thread.onSpinWait();
            }
            out.write(ByteBuffer.allocate(1));
        });
        fast.failFromNowOn();
        SnapshotDraft draft = SnapshotDraft.builder().text(LONG).payload(source).build();
        assertThat(store.save(draft).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(store.tierStats().get(1).lastFailureOrNull()).contains("not saved within the deadline of PT0.005S");
    }

    @Test
    void saveInTimeIsWhole() throws IOException {
        TieredKvStore store = stack(Tier.of(slow).saveDeadline(Duration.ofHours(1)));
        store.save(draft(LONG, 100_000, 3));
        assertThat(fill(slow, LONG)).isEqualTo(3);
        assertThat(slow.stat(KvcKey.of(LONG)).orElseThrow().header().payloadBytes())
                .isEqualTo(100_000);
    }

    @Test
    void removalDoesNotWaitForATierThatDoesNotAnswer() throws IOException {
        TieredKvStore store = stack(Tier.of(slow).deadline(Duration.ofSeconds(1)));
        store.save(draft(LONG));
        slow.failFromNowOn();
        assertThat(store.remove(KvcKey.of(LONG))).isTrue();
        assertThat(store.tierStats().get(1).lastFailureOrNull()).startsWith("remove: ");
    }

    @Test
    void wrongSettingsAreNamed() {
        assertThatThrownBy(() -> new Admission(-1, 0)).hasMessage("minTokens is -1; it must be 0 or more");
        assertThatThrownBy(() -> new Admission(0, 3)).hasMessage("onHit is 3; it must be 0, 1 or 2");
        assertThatThrownBy(() -> Tier.of(slow).saveDeadline(Duration.ZERO))
                .hasMessage("saveDeadline is PT0S; it must be longer than 0");
    }
}
