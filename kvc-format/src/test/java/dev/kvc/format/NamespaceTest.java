package dev.kvc.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NamespaceTest {
    private static final String SIXTY_THREE = "x".repeat(63);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "0",
                "llama-3.1_8b",
                "tenant.7",
                "a.",
                "a-",
                "a_",
                "a..b",
                "kv",
                "bad",
                "tmp",
                "akv",
                "a.kv.b",
                "a.kvx",
                "a.bad-",
                "a.tmp2",
                "con",
            })
    void takes(String name) {
        assertThat(Namespace.isValid(name)).isTrue();
        assertThat(Namespace.of(name)).hasToString(name).isEqualTo(new Namespace(name));
        assertThat(Namespace.of(name).isDefault()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A", "aB", ".a", "-a", "_a", "..", ".", "a/b", "a\\b", "a b", " a", "a ", "a\n", "\na", "a\0", "é",
                "a:b", "a.kv", "a.bad", "a.tmp", "a.b.kv", "..kv", "1.tmp", "a%2e",
            })
    void refuses(String name) {
        assertThat(Namespace.isValid(name)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Namespace.of(name))
                .withMessageContaining("\"" + name + "\"")
                .withMessageContaining("1 to 64 of a-z 0-9 . _ -");
        assertThatIllegalArgumentException().isThrownBy(() -> new Namespace(name));
    }

    @ParameterizedTest
    @CsvSource({"'', 63, true", "x, 63, true", "xx, 63, false", "xx, 62, true", ".kv, 61, false", ".kx, 61, true"})
    void hasAtMostSixtyFourCharacters(String end, int before, boolean valid) {
        assertThat(Namespace.isValid(SIXTY_THREE.substring(0, before) + end)).isEqualTo(valid);
    }

    @Test
    void theDefaultHasTheEmptyName() {
        assertThat(Namespace.DEFAULT.isDefault()).isTrue();
        assertThat(Namespace.DEFAULT.name()).isEmpty();
        assertThat(new Namespace("")).isEqualTo(Namespace.DEFAULT);
        assertThat(Namespace.isValid("")).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Namespace.of(""))
                .withMessageContaining("Namespace.DEFAULT");
    }

    @Test
    void ordersByName() {
        assertThat(Namespace.of("a")).isLessThan(Namespace.of("b")).isGreaterThan(Namespace.DEFAULT);
    }
}
