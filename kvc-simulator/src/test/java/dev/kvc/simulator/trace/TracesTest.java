package dev.kvc.simulator.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.format.SaveReason;
import dev.kvc.store.trace.TraceWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TracesTest {
    @TempDir
    private Path directory;

    private Path file(String name, String... lines) throws IOException {
        return Files.writeString(directory.resolve(name), String.join("\n", lines) + "\n");
    }

    private static List<TraceEvent> events(Trace trace) throws IOException {
        List<TraceEvent> events = new ArrayList<>();
        try (TraceReader reader = trace.open()) {
            for (TraceEvent event = reader.next(); event != null; event = reader.next()) {
                events.add(event);
            }
        }
        return events;
    }

    private static int common(TraceEvent one, TraceEvent other) {
        return one.text().common(other.text(), 0, Integer.MAX_VALUE);
    }

    @Test
    void mooncakeRequestIsALookupAndASaveOfItsWholeBlocks() throws IOException {
        Trace trace = Traces.open(file(
                "requests.jsonl",
                "{\"timestamp\": 0, \"input_length\": 1100, \"output_length\": 5, \"hash_ids\": [0, 1, 2]}",
                "{\"timestamp\": 3000, \"input_length\": 1536, \"output_length\": 5, \"hash_ids\": [0, 1, 3]}",
                "{\"timestamp\": 3000, \"input_length\": 100, \"output_length\": 5, \"hash_ids\": [4]}"));
        List<TraceEvent> events = events(trace);
        assertThat(trace.name()).isEqualTo("requests.jsonl");
        assertThat(events).hasSize(6);
        assertThat(((Lookup) events.get(0)).tokens()).isEqualTo(1100);
        Save save = (Save) events.get(1);
        assertThat(save.text().length()).isEqualTo(2);
        assertThat(save.tokens()).isEqualTo(1024);
        assertThat(save.reason()).isEqualTo(SaveReason.CONTINUED);
        assertThat(events.get(2).atMillis()).isEqualTo(3000);
        assertThat(common(events.get(0), events.get(2))).isEqualTo(2);
        assertThat(events.get(5).text().length()).isZero();
    }

    @Test
    void gzipIsSeenFromTheFirstBytesWhateverTheName() throws IOException {
        Path file = directory.resolve("requests");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("{\"input_length\": 512, \"hash_ids\": [7]}".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(events(Traces.open(file))).hasSize(2);
    }

    @Test
    void sessionsAreInterleavedInTheOrderOfNamesAndOfTheirTimes() throws IOException {
        String begin = "x".repeat(256);
        file(
                "b.jsonl",
                "{\"timestamp\": 9, \"input\": \"" + begin + "y".repeat(300) + "\"}",
                "{\"timestamp\": 2, \"input\": \"" + begin + "\"}");
        file("a.jsonl", "{\"timestamp\": 5, \"input\": \"short\", \"output\": \"so\"}");
        file("notes.txt", "no session");
        List<TraceEvent> events = events(Traces.open(directory));
        assertThat(events.stream().map(TraceEvent::atMillis).toList())
                .containsExactly(0L, 0L, 10_000L, 10_000L, 20_000L, 20_000L);
        assertThat(events.stream().map(event -> event.text().length()).toList()).containsExactly(0, 0, 1, 1, 2, 2);
        assertThat(((Lookup) events.get(4)).tokens()).isEqualTo(139);
        assertThat(((Save) events.get(5)).tokens()).isEqualTo(128);
        assertThat(common(events.get(3), events.get(5))).isEqualTo(1);
        assertThat(events.get(3).text().snapshot().key().hex())
                .as("the key that a store would give it")
                .startsWith(KvcKey.of(begin).hex().substring(0, 16));
    }

    @Test
    void inputMayBeAListOfMessages() throws IOException {
        String content = "c".repeat(300);
        Path list = file("a.jsonl", "{\"input\": [{\"role\": \"user\", \"content\": \"" + content + "\"}]}");
        Path text = file("b.jsonl", "{\"input\": \"user\\n" + content + "\\n\"}");
        assertThat(events(Traces.open(list)).get(0))
                .hasToString(events(Traces.open(text)).get(0).toString());
        assertThat(common(
                        events(Traces.open(list)).get(0),
                        events(Traces.open(text)).get(0)))
                .isEqualTo(1);
    }

    @Test
    void recordingOfAStoreIsReadAsItWasWritten() throws IOException {
        Path file = directory.resolve("recorded.jsonl");
        SnapshotId id = new SnapshotId(Namespace.DEFAULT, KvcKey.of("any"));
        SnapshotId alices = new SnapshotId(Namespace.of("alice"), KvcKey.of("any"));
        try (TraceWriter out = new TraceWriter(Files.newBufferedWriter(file), 256)) {
            out.lookup(1_000, id.namespace(), 600, 0, new long[] {-1, 2}, null);
            out.save(2_000, id, 600, 155, new long[] {-1, 2}, 4_000_000, SaveReason.COLD, 7);
            out.lookup(3_000, id.namespace(), 900, 230, new long[] {-1, 2, 3}, id);
            out.lookup(4_000, alices.namespace(), 900, 230, new long[] {-1, 2, 3}, null);
        }
        List<TraceEvent> events = events(Traces.open(file));
        assertThat(events).hasSize(4);
        assertThat(((Lookup) events.get(0)).tokens()).as("4 bytes a token").isEqualTo(150);
        Save save = (Save) events.get(1);
        assertThat(save).isEqualTo(new Save(2_000, save.text(), 155, 4_000_000, SaveReason.COLD, 7));
        assertThat(common(save, events.get(2))).isEqualTo(2);
        assertThat(common(save, events.get(3)))
                .as("no lookup crosses a namespace")
                .isZero();
    }

    @Test
    void syntheticTraceIsTheSameForASeed() throws IOException {
        assertThat(events(Traces.synthetic(1, 500)).toString())
                .isEqualTo(events(Traces.synthetic(1, 500)).toString());
        assertThat(events(Traces.synthetic(1, 500))).hasSize(1000);
        assertThat(events(Traces.synthetic(2, 500)).toString())
                .isNotEqualTo(events(Traces.synthetic(1, 500)).toString());
    }

    @Test
    void beginningOfATextIsTheTextOfItsFirstUnits() {
        Prefix text = Prefix.chained(7, 8, 9);
        assertThat(text.beginning(2).length()).isEqualTo(2);
        assertThat(text.beginning(2).snapshot()).isEqualTo(Prefix.chained(7, 8).snapshot());
        assertThat(text.beginning(3).snapshot()).isEqualTo(text.snapshot());
        assertThat(text.beginning(0).length()).isZero();
    }

    @Test
    void idOfASnapshotIsThatOfItsText() {
        Prefix text = Prefix.of(5, -9);
        assertThat(Prefix.idOf(text.snapshot())).isEqualTo(-9);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"input_length\": 5, \"hash_ids\": 5} | line 1: \"hash_ids\" must be a list, and is VALUE_NUMBER_INT",
                "{\"input_length\": -5, \"hash_ids\": [5]} | line 1: \"input_length\" cannot be -5",
                "{\"hash_ids\": [5]} | line 1: a request must have \"input_length\" and \"hash_ids\"",
                "{\"input_length\": 5, \"hash_ids\": [\"a\"]} | line 1: \"hash_ids\" must be a number, and is VALUE_STRING",
                "{\"input_length\": 512, \"hash_ids\": []} | line 1: 512 tokens have 1 whole blocks, and \"hash_ids\" has 0",
                "{\"input_length\": 512, \"hash_ids\": [1]} [] | line 1: a line must be a JSON object, and this is START_ARRAY",
                "{\"input_length\": 512, \"hash_ids\": [1 | line 2: Unexpected end-of-input",
                "{\"input\": 5} | line 1: \"input\" must be a string, and is VALUE_NUMBER_INT",
                "{\"kvc-trace\": 2} | line 1: a recording begins with {\"kvc-trace\":1}; this one's version is 2",
                "{\"kvc-trace\": 1} {\"at\": 1} | line 1: an event must have an \"op\"",
                "{\"kvc-trace\": 1} {\"op\": \"x\"} | line 1: \"op\" must be lookup or save, and is x",
                "{\"kvc-trace\": 1} {\"op\": \"lookup\", \"path\": [\"xyz\"]} | line 1: an id of a \"path\" must be up to 16 hex digits, and is xyz",
                "{\"kvc-trace\": 1} {\"op\": \"save\", \"reason\": 256} | line 1: \"reason\" cannot be 256",
                "{\"other\": 1} | line 1: it must have \"hash_ids\", \"input\" or \"kvc-trace\", and has [other]",
                "what | line 1: Unrecognized token 'what'",
            })
    void whatIsWrongIsNamedWithFileAndLine(String line, String problem) throws IOException {
        Path file = file("wrong.jsonl", line);
        assertThatThrownBy(() -> events(Traces.open(file)))
                .isInstanceOf(TraceFormatException.class)
                .hasMessageContaining(file + ", " + problem);
    }

    @Test
    void lineOfAnErrorIsCounted() throws IOException {
        Path file = file("wrong.jsonl", "{\"input_length\": 5, \"hash_ids\": [5]}", "", "{}");
        assertThatThrownBy(() -> events(Traces.open(file))).hasMessageStartingWith(file + ", line 3: ");
    }

    @Test
    void damagedGzipIsReported() throws IOException {
        Path file = directory.resolve("cut.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(
                    "{\"input_length\": 512, \"hash_ids\": [7]}\n".repeat(1000).getBytes(StandardCharsets.UTF_8));
        }
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 20));
        assertThatThrownBy(() -> events(Traces.open(file)))
                .isInstanceOf(TraceFormatException.class)
                .hasMessageContaining("cut off or damaged");
    }

    @Test
    void missingFileAndEmptyDirectoryAreReported() {
        assertThatThrownBy(() -> Traces.open(directory.resolve("none"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Traces.open(directory))
                .isInstanceOf(TraceFormatException.class)
                .hasMessageContaining("no file *.jsonl or *.jsonl.gz");
    }
}
