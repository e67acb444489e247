package dev.kvc.store.tier;

import static dev.kvc.store.tier.History.ABSENT;
import static dev.kvc.store.tier.History.PRESENT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.store.tier.History.Kind;
import org.junit.jupiter.api.Test;

/** Histories of which it is plain whether they can be explained. */
class HistoryTest {
    private final History history = new History();

    private void write(int value) {
        history.end("key", Kind.WRITE, value, history.begin());
    }

    private void read(int value) {
        history.end("key", Kind.READ, value, history.begin());
    }

    private void assertThatItIs(boolean linearizable, boolean linearizableWithMisses, boolean withoutStaleReads) {
        assertThat(history.isLinearizable(false)).as("linearizable").isEqualTo(linearizable);
        assertThat(history.isLinearizable(true)).as("with misses").isEqualTo(linearizableWithMisses);
        assertThat(history.staleReads().isEmpty()).as("nothing stale").isEqualTo(withoutStaleReads);
    }

    @Test
    void oneAfterTheOther() {
        read(ABSENT);
        write(1);
        read(1);
        read(PRESENT);
        write(2);
        read(2);
        write(ABSENT);
        read(ABSENT);
        assertThatItIs(true, true, true);
    }

    @Test
    void readOfWhatWasReplaced() {
        write(1);
        write(2);
        read(1);
        assertThatItIs(false, false, false);
    }

    @Test
    void readOfWhatWasRemoved() {
        write(1);
        write(ABSENT);
        read(1);
        assertThatItIs(false, false, false);
    }

    @Test
    void readOfWhatNobodyWrote() {
        write(1);
        read(3);
        assertThatItIs(false, false, false);
    }

    @Test
    void missOfWhatIsThere() {
        write(1);
        read(ABSENT);
        read(1);
        assertThatItIs(false, true, true);
    }

    @Test
    void presentAfterItWasRemoved() {
        write(1);
        write(ABSENT);
        read(PRESENT);
        assertThatItIs(false, false, true);
    }

    @Test
    void eitherIsSeenWhileAWriteIsUnderWay() {
        write(1);
        long begin = history.begin();
        read(1);
        read(2);
        history.end("key", Kind.WRITE, 2, begin);
        read(2);
        assertThatItIs(true, true, true);
    }

    @Test
    void neverTheOldOneAfterTheNewOne() {
        write(1);
        long begin = history.begin();
        read(2);
        read(1);
        history.end("key", Kind.WRITE, 2, begin);
        assertThatItIs(false, false, true);
    }

    @Test
    void twoReadersWhoDisagreeOfTheOrderOfTwoWrites() {
        long first = history.begin();
        long second = history.begin();
        history.end("key", Kind.WRITE, 1, first);
        history.end("key", Kind.WRITE, 2, second);
        long one = history.begin();
        long other = history.begin();
        history.end("key", Kind.READ, 1, one);
        history.end("key", Kind.READ, 2, other);
        assertThatItIs(false, false, true);
    }

    @Test
    void readFromTheFuture() {
        read(1);
        write(1);
        assertThatItIs(false, false, false);
    }

    @Test
    void keysAreRegistersOfTheirOwn() {
        write(1);
        history.end("other", Kind.READ, 1, history.begin());
        assertThatItIs(false, false, false);
    }
}
