package dev.kvc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.cli.KvcJar.Result;
import dev.kvc.format.KvcKey;
import dev.kvc.format.SaveReason;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.fs.FileSystemKvStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sessions that the documents show, run as they stand; how long ago things were may differ. */
class DocsJarTest {
    private static final Pattern SESSION = Pattern.compile("<!-- kvc -->\n```console\n(.*?)```", Pattern.DOTALL);
    private static final Pattern COMMAND = Pattern.compile("(?m)^\\$ kvc (.*)\n((?:(?!\\$ ).*\n)*)");
    private static final Pattern AGE = Pattern.compile(" +\\d+[smhd]\\b");
    private static final String SYSTEM = "You are a coding assistant. Answer briefly.\n";
    private static final String DATED = SYSTEM + "Today is 2026-11-24.\n";
    private static final String QUESTION = DATED + "User: How do I reverse a list in Java?\n";

    @TempDir
    private Path scratch;

    private Path directory;

    /** The cache that the documents show: a system prompt and what two sessions have left. */
    @BeforeEach
    void fill() throws IOException {
        directory = scratch.resolve("cache");
        try (FileSystemKvStore store = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(64))
                .open()) {
            save(store, DATED, SaveReason.AGENT_SYSTEM, 300 << 10);
            save(store, QUESTION, SaveReason.COLD, 600 << 10);
            save(store, QUESTION + "Assistant: Collections.reverse(list).\n", SaveReason.AGENT_SESSION, 900 << 10);
            save(store, DATED + "User: Explain the visitor pattern.\n", SaveReason.AGENT_SESSION, 700 << 10);
            for (int i = 0; i < 3; i++) {
                store.load(KvcKey.of(DATED)).orElseThrow().close();
            }
            store.load(KvcKey.of(QUESTION)).orElseThrow().close();
        }
        Files.writeString(
                scratch.resolve("prompt.txt"),
                QUESTION + "Assistant: list.reversed(), since Java 21.\nUser: And before?\n");
        Files.writeString(scratch.resolve("today.txt"), QUESTION.replace("11-24", "11-25"));
    }

    private static void save(KvStore store, String text, SaveReason reason, int payloadBytes) throws IOException {
        byte[] payload = new byte[payloadBytes];
        new Random(payloadBytes).nextBytes(payload);
        store.save(SnapshotDraft.builder()
                .text(text)
                .payload(payload)
                .tokenCount(text.length() / 4)
                .contextSize(32768)
                .quantBits(4)
                .modelId(3)
                .saveReason(reason)
                .build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/operating.md"})
    void sessionsInTheDocumentsAreReal(String document) throws IOException {
        Matcher session = SESSION.matcher(Files.readString(Path.of("..").resolve(document)));
        List<String> shown = new ArrayList<>();
        List<String> real = new ArrayList<>();
        while (session.find()) {
            Matcher command = COMMAND.matcher(session.group(1));
            while (command.find()) {
                shown.add(command.group(1) + "\n" + ageless(command.group(2)));
                real.add(command.group(1) + "\n" + ageless(run(command.group(1))));
            }
        }
        assertThat(shown).isNotEmpty();
        assertThat(real).as(document).containsExactlyElementsOf(shown);
    }

    private String run(String arguments) throws IOException {
        Result result = KvcJar.in(directory).at(scratch).run(arguments.split(" +"));
        return result.out() + result.err();
    }

    private static String ageless(String output) {
        return AGE.matcher(output).replaceAll(" #");
    }
}
