package dev.kvc.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    @Test
    void withoutAnyTheShortSetIsAskedFor() {
        Arguments arguments = Arguments.parse();
        assertThat(arguments.asksFor("load", false)).isTrue();
        assertThat(arguments.asksFor("load", true)).isFalse();
    }

    @Test
    void onlyNamesScenariosTheLongOnesToo() {
        Arguments arguments =
                Arguments.parse("--only", "open", "--only", "save", "--dir", "d", "--plot", "p.svg", "--warm-up", "20");
        assertThat(arguments.asksFor("open-1000000", true)).isTrue();
        assertThat(arguments.asksFor("load", false)).isFalse();
        assertThat(arguments.directory()).isEqualTo(Path.of("d"));
        assertThat(arguments.warmUp()).isEqualTo(Duration.ofSeconds(20));
        assertThat(arguments.plot()).contains(Path.of("p.svg"));
    }

    @Test
    void whatIsNotUnderstoodIsNamed() {
        assertThatThrownBy(() -> Arguments.parse("--fast")).hasMessageContaining("--fast");
        assertThatThrownBy(() -> Arguments.parse("--only")).hasMessageContaining("--only needs a value");
        assertThatThrownBy(() -> Arguments.parse("--warm-up", "20s")).hasMessageContaining("'20s'; it must be seconds");
    }
}
