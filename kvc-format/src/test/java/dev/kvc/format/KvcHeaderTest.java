package dev.kvc.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.function.BiFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class KvcHeaderTest {
    /** A field with its largest value. */
    record Field(
            String name,
            long max,
            BiFunction<KvcHeader.Builder, Long, KvcHeader.Builder> set,
            ToLongFunction<KvcHeader> get) {
        KvcHeader with(long value) {
            return set.apply(KvcHeader.builder(), value).build();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Field> fields() {
        return Stream.of(
                new Field("quantBits", 255, (b, v) -> b.quantBits(v.intValue()), KvcHeader::quantBits),
                new Field("modelId", 255, (b, v) -> b.modelId(v.intValue()), KvcHeader::modelId),
                new Field("tokenCount", 4_294_967_295L, KvcHeader.Builder::tokenCount, KvcHeader::tokenCount),
                new Field("hitCount", 4_294_967_295L, KvcHeader.Builder::hitCount, KvcHeader::hitCount),
                new Field("contextSize", 4_294_967_295L, KvcHeader.Builder::contextSize, KvcHeader::contextSize),
                new Field("payloadAbi", 255, (b, v) -> b.payloadAbi(v.intValue()), KvcHeader::payloadAbi),
                new Field("reserved", 0xFF_FFFF, (b, v) -> b.reserved(v.intValue()), KvcHeader::reserved),
                new Field("payloadBytes", Long.MAX_VALUE, KvcHeader.Builder::payloadBytes, KvcHeader::payloadBytes));
    }

    @ParameterizedTest
    @MethodSource("fields")
    void takesAllOfAFieldsRange(Field field) {
        for (long value : new long[] {0, 1, field.max / 2 + 1, field.max}) {
            assertThat(field.get.applyAsLong(field.with(value))).isEqualTo(value);
        }
    }

    @ParameterizedTest
    @MethodSource("fields")
    void refusesWhatAFieldCannotHold(Field field) {
        for (long value : new long[] {-1, field.max + 1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> field.with(value))
                    .withMessage(field.name + " is " + value + "; it must be 0 to " + field.max);
        }
    }

    @Test
    void reportsEveryWrongFieldAtOnce() {
        KvcHeader.Builder builder =
                KvcHeader.builder().quantBits(256).tokenCount(-1).payloadBytes(-5);
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessage("quantBits is 256; it must be 0 to 255, tokenCount is -1; it must be 0 to 4294967295,"
                        + " payloadBytes is -5; it must be 0 to 9223372036854775807");
    }

    @ParameterizedTest
    @MethodSource("fields")
    void refusesToSetAFieldTwice(Field field) {
        KvcHeader.Builder builder = field.set.apply(KvcHeader.builder(), 7L);
        assertThatIllegalStateException()
                .isThrownBy(() -> field.set.apply(builder, 8L))
                .withMessage(field.name + " was already set to 7");
    }

    @Test
    void timesAreAnySixtyFourBits() {
        KvcHeader header =
                KvcHeader.builder().createdUnix(-1).lastUsedUnix(Long.MIN_VALUE).build();
        assertThat(header.createdUnix()).isEqualTo(-1);
        assertThat(header.lastUsedUnix()).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void builderBeginsWithZeros() {
        KvcHeader zeros = new KvcHeader(0, SaveReason.UNKNOWN, ExtensionFlags.NONE, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(KvcHeader.builder().build()).isEqualTo(zeros);
    }

    @Test
    void builderOfAHeaderKeepsWhatIsNotSet() {
        KvcHeader header = new KvcHeader(4, SaveReason.EVICT, new ExtensionFlags(9), 1, 2, 3, 5, 6, 7, 8, 10, 11);
        assertThat(header.toBuilder().build()).isEqualTo(header);
        assertThat(header.toBuilder().hitCount(4).build())
                .isEqualTo(new KvcHeader(4, SaveReason.EVICT, new ExtensionFlags(9), 1, 2, 4, 5, 6, 7, 8, 10, 11));
    }

    @Test
    void useChangesHitsAndTimeAndNothingElse() {
        KvcHeader header = new KvcHeader(4, SaveReason.EVICT, new ExtensionFlags(9), 1, 2, 3, 5, 6, 7, 8, 10, 11);
        assertThat(header.withUse(12, 13))
                .isEqualTo(new KvcHeader(4, SaveReason.EVICT, new ExtensionFlags(9), 1, 2, 12, 5, 6, 7, 8, 13, 11));
    }

    @Test
    void useWithinTheRangeOfItsField() {
        KvcHeader header = KvcHeader.builder().build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> header.withUse(KvcHeader.MAX_HIT_COUNT + 1, 0))
                .withMessage("hitCount is 4294967296; it must be 0 to 4294967295");
    }
}
