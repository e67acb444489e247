package dev.kvc.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** docs/remote.md, of which tests take what they run. */
final class Documentation {
    private static final Path FILE = Path.of("../docs/remote.md");

    private Documentation() {}

    static String text() throws IOException {
        return Files.readString(FILE);
    }

    static String between(String text, String begin, String end) {
        assertThat(text).contains(begin);
        int start = text.indexOf(begin) + begin.length();
        return text.substring(start, text.indexOf(end, start));
    }

    /** The command that makes a user, with more rights than that for {@code more}. */
    static String[] makeUser(String... more) throws IOException {
        List<String> words = new ArrayList<>(List.of("ACL", "SETUSER"));
        words.addAll(List.of(between(text(), "ACL SETUSER ", "\n").split(" ")));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }
}
