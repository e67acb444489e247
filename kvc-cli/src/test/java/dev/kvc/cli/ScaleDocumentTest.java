package dev.kvc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The simulations that docs/scale.md shows, run as they stand. */
class ScaleDocumentTest {
    private static final Path REPOSITORY = Path.of("..");
    private static final Pattern SESSION = Pattern.compile("```console\n\\$ \\./kvc (simulate .*)\n((?s:.*?))```");

    private static Stream<MatchResult> sessions() throws IOException {
        return SESSION.matcher(Files.readString(REPOSITORY.resolve("docs/scale.md")))
                .results();
    }

    @ParameterizedTest
    @MethodSource("sessions")
    void figuresAreThoseOfTheCommandAboveThem(MatchResult session) {
        Commands kvc = new Commands(InstantSource.fixed(Instant.EPOCH));
        String words = session.group(1).replace("--trace ", "--trace " + REPOSITORY + "/");
        assertThat(kvc.run(words.split(" "))).as(kvc.err()).isZero();
        assertThat(kvc.out().strip()).isEqualTo(session.group(2).strip());
    }
}
