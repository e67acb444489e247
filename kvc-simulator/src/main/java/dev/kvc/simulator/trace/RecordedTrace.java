package dev.kvc.simulator.trace;

import com.fasterxml.jackson.core.JsonToken;
import dev.kvc.format.SaveReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a KVC store has recorded of its own traffic. The format is explained where it is written, in {@code TraceWriter}
 * of {@code kvc-store}; fields that are not known here are passed over.
 */
record RecordedTrace(Path file) implements Trace {
    static final String VERSION_FIELD = "kvc-trace";
    private static final long VERSION = 1;
    /** What a text has where the recording does not say. */
    private static final int BYTES_PER_TOKEN = 4;

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
        private boolean begun;
        private long version;
        private @Nullable String operation;
        private long atMillis;
        private String namespace = "";
        private long length;
        private long tokens;
        private long bytes;
        private long reason;
        private long model;
        private long[] path = {};

        Reader(JsonLines lines) {
            this.lines = lines;
        }

        @Override
        public @Nullable TraceEvent next() throws IOException {
            reset();
            if (!begun) {
                readHeader();
                begun = true;
            }
            return lines.next(this::readField) ? event() : null;
        }

        private void reset() {
            operation = null;
            namespace = "";
            length = 0;
            tokens = 0;
            bytes = 0;
            reason = 0;
            model = 0;
            path = new long[0];
        }

        private void readHeader() throws IOException {
            boolean any = lines.next((name, value) -> {
                if (name.equals(VERSION_FIELD)) {
                    version = lines.readCount(name, value);
                }
            });
            lines.require(
                    !any || version == VERSION,
                    "a recording begins with {\"" + VERSION_FIELD + "\":" + VERSION + "}; this one's version is "
                            + version);
        }

        private TraceEvent event() throws IOException {
            Prefix text = Prefix.chained(within(namespace, path));
            long covered = tokens > 0 ? tokens : length / BYTES_PER_TOKEN;
            if (operation == null) {
                throw lines.error("an event must have an \"op\"");
            }
            return switch (operation) {
                case "lookup" -> new Lookup(atMillis, text, covered);
                case "save" -> new Save(atMillis, text, covered, bytes, new SaveReason((int) reason), (int) model);
                default -> throw lines.error("\"op\" must be lookup or save, and is " + operation);
            };
        }

        /** The same path for one namespace alone: no lookup crosses it. */
        private static long[] within(String namespace, long[] path) {
            if (namespace.isEmpty()) {
                return path;
            }
            long seed =
                    Prefix.chained(namespace.chars().asLongStream().toArray()).id();
            return Arrays.stream(path).map(id -> id ^ seed).toArray();
        }

        private void readField(String name, JsonToken value) throws IOException {
            switch (name) {
                case "op" -> operation = lines.readText(name, value);
                case "at" -> atMillis = lines.readCount(name, value);
                case "in" -> namespace = lines.readText(name, value);
                case "length" -> length = lines.readCount(name, value);
                case "tokens" -> tokens = lines.readCount(name, value);
                case "bytes" -> bytes = lines.readCount(name, value);
                case "reason" -> reason = lines.readNumber(name, value, code -> code >= 0 && code < 256);
                case "model" -> model = lines.readNumber(name, value, id -> id >= 0 && id < 256);
                case "path" -> path = lines.readList(name, value, each -> readId(lines.readText(name, each)));
                default -> {
                    // For people, or of a later version.
                }
            }
        }

        private long readId(String hex) throws IOException {
            try {
                return Long.parseUnsignedLong(hex, 16);
            } catch (NumberFormatException e) {
                throw lines.error("an id of a \"path\" must be up to 16 hex digits, and is " + hex);
            }
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
