package dev.kvc.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.StoreStats;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Saves that fail: nothing is left behind, and what was stored under the key is still there. */
abstract class FailedSaveContract extends SavingContract {
    private static final String TEXT = "a text";
    private static final KvcKey KEY = KvcKey.of(TEXT);
    private static final SeededPayload NEW = new SeededPayload(11, 3 * MIB + 5);

    /** What can be wrong with a source. */
    enum BadSource {
        WRITES_NOTHING(out -> {}),
        WRITES_ONE_BYTE_LESS(out -> out.write(bytes((int) NEW.size() - 1))),
        WRITES_ONE_BYTE_MORE(out -> out.write(bytes((int) NEW.size() + 1))),
        WRITES_ONE_BYTE_MORE_IN_THE_END(out -> {
            NEW.writeTo(out);
            out.write(bytes(1));
        }),
        THROWS_AT_ONCE(out -> {
            throw new IOException("the state is gone");
        }),
        THROWS_AFTER_TWO_BLOCKS(out -> {
            out.write(bytes(2 * MIB));
            throw new IOException("the state is gone");
        }),
        THROWS_AT_THE_END(out -> {
            NEW.writeTo(out);
            throw new IOException("the state is gone");
        });

        private final PayloadSource.PayloadWriter writer;

        BadSource(PayloadSource.PayloadWriter writer) {
            this.writer = writer;
        }

        private static ByteBuffer bytes(int count) {
            return ByteBuffer.wrap(NEW.bytes(0, count));
        }
    }

    @ParameterizedTest
    @EnumSource
    void badSourceLeavesNothingBehind(BadSource bad) throws Exception {
        save("a neighbour");
        StoreStats before = store().stats();
        saveAndFail(bad);
        assertNotServed(store(), TEXT);
        assertHoldsAsMuchAs(before);
        assertServed(store(), "a neighbour");
    }

    @ParameterizedTest
    @EnumSource
    void badSourceLeavesTheOldSnapshot(BadSource bad) throws Exception {
        save(TEXT);
        StoreStats before = store().stats();
        saveAndFail(bad);
        assertServed(store(), TEXT);
        assertHoldsAsMuchAs(before);
    }

    @Test
    void saveSucceedsAfterOneThatFailed() throws Exception {
        saveAndFail(BadSource.THROWS_AFTER_TWO_BLOCKS);
        assertWritten(store().save(draft(TEXT, NEW).build()));
        assertServed(store(), KEY, TEXT, NEW);
    }

    private void saveAndFail(BadSource bad) throws Exception {
        SaveResult result;
        try {
            result = store().save(draft(bad.writer));
        } catch (IOException expected) {
            return;
        }
        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(result.cause()).isPresent();
        assertThat(result.evicted()).isZero();
    }

    private static SnapshotDraft draft(PayloadSource.PayloadWriter writer) {
        return SnapshotDraft.builder()
                .text(TEXT)
                .payload(PayloadSource.of(NEW.size(), writer))
                .build();
    }

    private void assertHoldsAsMuchAs(StoreStats before) throws Exception {
        assertThat(store().stats().snapshots()).isEqualTo(before.snapshots());
        assertThat(store().stats().bytes()).isEqualTo(before.bytes());
    }

    @Test
    void sourceWithABugLeavesTheOldSnapshot() throws Exception {
        save(TEXT);
        StoreStats before = store().stats();
        SnapshotDraft draft = draft(out -> {
            out.write(ByteBuffer.wrap(NEW.bytes(0, MIB + 1)));
            throw new IllegalArgumentException("a bug of the engine");
        });
        try {
            assertThat(store().save(draft).outcome()).isEqualTo(Outcome.FAILED);
        } catch (IllegalArgumentException expected) {
            assertThat(expected).hasMessage("a bug of the engine");
        }
        assertServed(store(), TEXT);
        assertHoldsAsMuchAs(before);
    }

    @Test
    void interruptedSaveLeavesTheOldSnapshotOrTheNewOne() throws Exception {
        save(TEXT);
        boolean saved = saveInterrupted();
        if (saved) {
            assertServed(store(), KEY, TEXT, NEW);
        } else {
            assertServed(store(), TEXT);
        }
        assertThat(list(store())).hasSize(1);
    }

    private boolean saveInterrupted() throws Exception {
        SnapshotDraft draft = draft(out -> {
            out.write(ByteBuffer.wrap(NEW.bytes(0, MIB)));
            Thread.currentThread().interrupt();
            out.write(ByteBuffer.wrap(NEW.bytes(MIB, (int) NEW.size() - MIB)));
        });
        try {
            return store().save(KEY, draft, SaveOptions.DEFAULT).isLoadable();
        } catch (IOException e) {
            return false;
        } finally {
            Thread.interrupted();
        }
    }
}
