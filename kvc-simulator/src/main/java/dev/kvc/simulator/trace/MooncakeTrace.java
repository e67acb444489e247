package dev.kvc.simulator.trace;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The format of Mooncake's published traces (R. Qin et al., <em>Mooncake</em>, FAST 2025): JSON lines with
 * {@code timestamp} in milliseconds, {@code input_length} in tokens, and {@code hash_ids}, one for each block of 512
 * tokens and one for what is left behind the last whole block, which is not a unit.
 */
record MooncakeTrace(Path file) implements Trace {
    private static final int UNIT_TOKENS = 512;

    @Override
    public String name() {
        return Traces.fileName(file);
    }

    @Override
    public TraceReader open() throws IOException {
        return new Reader(new JsonLines(file));
    }

    private static final class Reader implements TraceReader {
        private final JsonLines lines;
        private final Queue<TraceEvent> ready = new ArrayDeque<>();
        private long atMillis;
        private long tokens;
        private long @Nullable [] blocks;

        Reader(JsonLines lines) {
            this.lines = lines;
        }

        @Override
        public @Nullable TraceEvent next() throws IOException {
            if (ready.isEmpty()) {
                readLine();
            }
            return ready.poll();
        }

        private void readLine() throws IOException {
            tokens = -1;
            blocks = null;
            if (!lines.next(this::readField)) {
                return;
            }
            if (tokens < 0 || blocks == null) {
                throw lines.error("a request must have \"input_length\" and \"hash_ids\"");
            }
            long units = tokens / UNIT_TOKENS;
            lines.require(
                    units <= blocks.length,
                    tokens + " tokens have " + units + " whole blocks, and \"hash_ids\" has " + blocks.length);
            Prefix text = Prefix.chained(Arrays.copyOf(blocks, (int) units));
            ready.add(new Lookup(atMillis, text, tokens));
            ready.add(Save.checkpoint(atMillis, text, units * UNIT_TOKENS));
        }

        private void readField(String name, JsonToken value) throws IOException {
            switch (name) {
                case "timestamp" -> atMillis = lines.readCount(name, value);
                case "input_length" -> tokens = lines.readCount(name, value);
                case "hash_ids" ->
                    blocks = lines.readList(name, value, each -> lines.readNumber(name, each, id -> true));
                default -> {
                    // The length of the answer says nothing of what can be reused.
                }
            }
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
