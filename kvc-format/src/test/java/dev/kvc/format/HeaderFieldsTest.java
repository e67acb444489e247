package dev.kvc.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small values in a header: save reason and extension flags. */
final class HeaderFieldsTest {
    @ParameterizedTest
    @CsvSource({
        "0, unknown",
        "1, cold",
        "2, continued",
        "3, evict",
        "4, shutdown",
        "5, agent-system",
        "6, agent-session",
        "7, code-7",
        "9, code-9",
        "255, code-255",
    })
    void saveReasonsHaveNamesAndUnknownOnesKeepTheirCode(int code, String name) {
        assertThat(new SaveReason(code)).hasToString(name);
        assertThat(new SaveReason(code).code()).isEqualTo(code);
    }

    @Test
    void saveReasonConstantsHaveTheirCodes() {
        assertThat(new SaveReason(0)).isEqualTo(SaveReason.UNKNOWN);
        assertThat(new SaveReason(1)).isEqualTo(SaveReason.COLD);
        assertThat(new SaveReason(2)).isEqualTo(SaveReason.CONTINUED);
        assertThat(new SaveReason(3)).isEqualTo(SaveReason.EVICT);
        assertThat(new SaveReason(4)).isEqualTo(SaveReason.SHUTDOWN);
        assertThat(new SaveReason(5)).isEqualTo(SaveReason.AGENT_SYSTEM);
        assertThat(new SaveReason(6)).isEqualTo(SaveReason.AGENT_SESSION);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 256, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void bothAreOneByte(int value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SaveReason(value))
                .withMessage("saveReason is " + value + "; it must be 0 to 255");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ExtensionFlags(value))
                .withMessage("extensionFlags is " + value + "; it must be 0 to 255");
    }

    @Test
    void flagsAreSetAndClearedWithoutTouchingOthers() {
        ExtensionFlags foreign = new ExtensionFlags(0xB0);
        ExtensionFlags both = foreign.with(ExtensionFlags.TOOL_MAP | ExtensionFlags.SESSION_TITLE);
        assertThat(both.bits()).isEqualTo(0xB9);
        assertThat(both.has(ExtensionFlags.TOOL_MAP)).isTrue();
        assertThat(both.has(ExtensionFlags.SESSION_TITLE)).isTrue();
        assertThat(both.has(ExtensionFlags.RESPONSES_VISIBLE | ExtensionFlags.THINKING_VISIBLE))
                .isFalse();
        assertThat(both.has(ExtensionFlags.OWNED_END)).isFalse();
        assertThat(both.without(ExtensionFlags.TOOL_MAP).without(ExtensionFlags.SESSION_TITLE))
                .isEqualTo(foreign);
        assertThat(ExtensionFlags.NONE.bits()).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> foreign.with(0x100));
    }

    @Test
    void flagsStandAtTheirBits() {
        assertThat(ExtensionFlags.TOOL_MAP).isEqualTo(1);
        assertThat(ExtensionFlags.RESPONSES_VISIBLE).isEqualTo(2);
        assertThat(ExtensionFlags.THINKING_VISIBLE).isEqualTo(4);
        assertThat(ExtensionFlags.SESSION_TITLE).isEqualTo(8);
        assertThat(ExtensionFlags.OWNED_END).isEqualTo(64);
    }
}
