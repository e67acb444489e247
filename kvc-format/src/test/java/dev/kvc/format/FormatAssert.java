package dev.kvc.format;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Asserts that reading fails with a kind. */
final class FormatAssert {
    private FormatAssert() {}

    static KvcFormatException assertFails(KvcFormatException.Kind kind, ThrowingCallable read) {
        KvcFormatException[] thrown = new KvcFormatException[1];
        assertThatExceptionOfType(KvcFormatException.class)
                .isThrownBy(read)
                .satisfies(e -> thrown[0] = e)
                .returns(kind, KvcFormatException::kind);
        return thrown[0];
    }
}
