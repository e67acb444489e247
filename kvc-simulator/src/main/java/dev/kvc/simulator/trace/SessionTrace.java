package dev.kvc.simulator.trace;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Recorded agent sessions, as those of LMCache's agent trace: one session a file, JSON lines with {@code timestamp} and
 * {@code input}, the rendered prompt (or a list of messages, of which the strings are taken, a line each).
 *
 * <p>Sessions are replayed as if they had been at the same time: the i-th request of each in turn, files in the order
 * of their names, each session in the order of its timestamps, ten seconds from one request to the next. A unit is 256
 * bytes of UTF-8, taken for 64 tokens.
 *
 * <p>Lines are in no order, so the ids of all prompts are held: 8 bytes for each 256 of text.
 */
record SessionTrace(String name, List<Path> files) implements Trace {
    private static final int UNIT_BYTES = 256;
    private static final int BYTES_PER_TOKEN = 4;
    private static final long STEP_MILLIS = 10_000;

    private record Prompt(long timestamp, Prefix text, long bytes) {}

    @Override
    public TraceReader open() throws IOException {
        List<List<Prompt>> sessions = new ArrayList<>();
        for (Path file : files) {
            sessions.add(read(file));
        }
        return Traces.reader(events(sessions));
    }

    private static List<Prompt> read(Path file) throws IOException {
        List<Prompt> prompts = new ArrayList<>();
        try (JsonLines lines = new JsonLines(file)) {
            LineReader line = new LineReader(lines);
            for (Prompt prompt = line.next(); prompt != null; prompt = line.next()) {
                prompts.add(prompt);
            }
        }
        prompts.sort(Comparator.comparingLong(Prompt::timestamp));
        return prompts;
    }

    private static List<TraceEvent> events(List<List<Prompt>> sessions) {
        int longest = sessions.stream().mapToInt(List::size).max().orElse(0);
        List<TraceEvent> events = new ArrayList<>();
        for (int i = 0; i < longest; i++) {
            for (List<Prompt> session : sessions) {
                if (i < session.size()) {
                    add(session.get(i), events);
                }
            }
        }
        return events;
    }

    private static void add(Prompt prompt, List<TraceEvent> events) {
        long atMillis = events.size() / 2 * STEP_MILLIS;
        long units = prompt.text.length();
        events.add(new Lookup(atMillis, prompt.text, Math.round((double) prompt.bytes / BYTES_PER_TOKEN)));
        events.add(Save.checkpoint(atMillis, prompt.text, units * (UNIT_BYTES / BYTES_PER_TOKEN)));
    }

    /** Reads the requests of one file. */
    private static final class LineReader {
        private final JsonLines lines;
        private long timestamp;
        private @Nullable String input;

        LineReader(JsonLines lines) {
            this.lines = lines;
        }

        @Nullable
        Prompt next() throws IOException {
            timestamp = 0;
            input = null;
            if (!lines.next(this::readField)) {
                return null;
            }
            if (input == null) {
                throw lines.error("a request must have an \"input\"");
            }
            byte[] text = input.getBytes(StandardCharsets.UTF_8);
            return new Prompt(timestamp, Prefix.ofText(text, UNIT_BYTES), text.length);
        }

        private void readField(String name, JsonToken value) throws IOException {
            switch (name) {
                case "timestamp" -> timestamp = lines.readCount(name, value);
                case "input" -> input = value == JsonToken.START_ARRAY ? readMessages() : lines.readText(name, value);
                default -> {
                    // Answers and ids of sessions are not replayed.
                }
            }
        }

        private String readMessages() throws IOException {
            StringBuilder text = new StringBuilder();
            int depth = 1;
            while (depth > 0) {
                JsonToken token = lines.parser().nextToken();
                if (token == JsonToken.VALUE_STRING) {
                    text.append(lines.parser().getText()).append('\n');
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            }
            return text.toString();
        }
    }
}
