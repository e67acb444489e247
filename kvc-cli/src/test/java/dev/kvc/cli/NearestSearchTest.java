package dev.kvc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.store.fs.FileSystemKvStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NearestSearchTest {
    @TempDir
    private Path directory;

    /** A text and how much it shares with the prompt. */
    private record Expected(KvcKey key, int sharedBytes) {
        static final Comparator<Expected> MOST_FIRST =
                Comparator.comparingInt(Expected::sharedBytes).reversed().thenComparing(Expected::key);
    }

    private static ByteBuffer utf8(String text) {
        return StandardCharsets.UTF_8.encode(text);
    }

    private static int shared(String text, String prompt) {
        int at = utf8(text).mismatch(utf8(prompt));
        return at < 0 ? text.length() : at;
    }

    /** A beginning of the prompt of any length, longer than one read at times, and perhaps something else behind it. */
    private static String text(Random random, String prompt) {
        String beginning = prompt.substring(0, random.nextInt(prompt.length() + 1));
        return random.nextInt(4) == 0 ? beginning : beginning + "#" + "x".repeat(random.nextInt(300));
    }

    private static List<Expected> found(FileSystemKvStore store, String prompt, int count) throws IOException {
        return NearestSearch.find(store, utf8(prompt), count).stream()
                .map(near -> new Expected(near.snapshot().key(), near.sharedBytes()))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 20, 1000})
    void theTextsThatShareMostAreFoundWhateverIsLeftUnread(int count) throws IOException {
        Random random = new Random(count);
        String prompt = "You are a helpful assistant. ".repeat(400);
        List<Expected> expected = new ArrayList<>();
        try (FileSystemKvStore store = Directories.open(directory)) {
            for (int i = 0; i < 200; i++) {
                String text = text(random, prompt);
                int shared = shared(text, prompt);
                store.save(Directories.draft(text, 1));
                if (shared > 0 && shared < text.length()) {
                    expected.add(new Expected(KvcKey.of(text), shared));
                }
            }
            expected.sort(Expected.MOST_FIRST);
            assertThat(found(store, prompt, count))
                    .isEqualTo(expected.stream().distinct().limit(count).toList());
        }
    }

    @Test
    void textThatIsGoneIsPassedOver() throws IOException {
        try (FileSystemKvStore store = Directories.open(directory)) {
            store.save(Directories.draft("begins here", 1));
            store.save(Directories.draft("begins there", 1));
            Files.delete(directory.resolve(Directories.name("begins here")));
            assertThat(found(store, "begins nowhere", 3)).containsExactly(new Expected(KvcKey.of("begins there"), 7));
        }
    }
}
