package dev.kvc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TarNamesTest {
    private static final String KEY = "e057edaff3887da66792716cb284db131cc70d80";

    @ParameterizedTest
    @CsvSource({
        "'',",
        "./,",
        "../../,",
        "/etc/,etc",
        "llama/,llama",
        "./llama/,llama",
        "a/b/,b",
        "../llama/,llama",
        "UPPER/,"
    })
    void directoryThatCanBeANamespaceIsOneAndNoOtherCounts(String directory, String namespace) {
        assertThat(TarNames.parse(directory + KEY + ".kv").orElseThrow().toString())
                .isEqualTo(namespace == null ? KEY : namespace + "/" + KEY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "notes.txt", KEY, KEY + ".kv.bad", KEY + "0.kv", KEY + ".kv/x"})
    void otherNamesAreNoSnapshots(String name) {
        assertThat(TarNames.parse(name)).isEmpty();
    }

    @Test
    void upperCaseDigitsAreTheSameKey() {
        assertThat(TarNames.parse(KEY.toUpperCase(Locale.ROOT) + ".kv")
                        .orElseThrow()
                        .key()
                        .hex())
                .isEqualTo(KEY);
    }
}
