package dev.kvc.simulator.trace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.LongPredicate;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** A file of JSON objects, one after the other, plain or compressed with gzip. Builds no trees. */
final class JsonLines implements Closeable {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path file;
    private final JsonParser parser;

    JsonLines(Path file) throws IOException {
        this.file = file;
        InputStream bytes = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
        try {
            parser = JSON.createParser(isGzip(bytes) ? new GZIPInputStream(bytes, BUFFER_BYTES) : bytes);
        } catch (IOException e) {
            bytes.close();
            throw e;
        }
    }

    /** The first two bytes of a gzip file (RFC 1952) begin no JSON. */
    private static boolean isGzip(InputStream bytes) throws IOException {
        bytes.mark(2);
        boolean gzip = bytes.read() == 0x1f && bytes.read() == 0x8b;
        bytes.reset();
        return gzip;
    }

    /** Takes one field of an object: its value is the parser's current token, and is passed over unless it is taken. */
    interface FieldReader {
        void read(String name, JsonToken value) throws IOException;
    }

    /** Reads the next object; {@code false} at the end. */
    boolean next(FieldReader fields) throws IOException {
        try {
            JsonToken start = parser.nextToken();
            if (start == null) {
                return false;
            }
            require(start == JsonToken.START_OBJECT, "a line must be a JSON object, and this is " + start);
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                fields.read(name, parser.nextToken());
                // Nothing, if the field was taken to its end.
                parser.skipChildren();
            }
            return true;
        } catch (JsonProcessingException e) {
            throw error(e.getOriginalMessage().lines().findFirst().orElse("it is not JSON"));
        } catch (EOFException | ZipException e) {
            throw error("it is cut off or damaged: " + e.getMessage());
        }
    }

    /** A whole number that is not negative. */
    long readCount(String name, JsonToken value) throws IOException {
        return readNumber(name, value, number -> number >= 0);
    }

    long readNumber(String name, JsonToken value, LongPredicate rule) throws IOException {
        require(value.isNumeric(), "\"" + name + "\" must be a number, and is " + value);
        double number = parser.getDoubleValue();
        require(number <= Long.MAX_VALUE && rule.test((long) number), "\"" + name + "\" cannot be " + parser.getText());
        return value == JsonToken.VALUE_NUMBER_INT ? parser.getLongValue() : (long) number;
    }

    String readText(String name, JsonToken value) throws IOException {
        require(value == JsonToken.VALUE_STRING, "\"" + name + "\" must be a string, and is " + value);
        return parser.getText();
    }

    /** Reads one element of a list. */
    interface ElementReader {
        long read(JsonToken value) throws IOException;
    }

    long[] readList(String name, JsonToken value, ElementReader element) throws IOException {
        require(value == JsonToken.START_ARRAY, "\"" + name + "\" must be a list, and is " + value);
        long[] list = new long[32];
        int size = 0;
        for (JsonToken each = parser.nextToken(); each != JsonToken.END_ARRAY; each = parser.nextToken()) {
            if (size == list.length) {
                list = Arrays.copyOf(list, 2 * size);
            }
            list[size++] = element.read(each);
        }
        return Arrays.copyOf(list, size);
    }

    JsonParser parser() {
        return parser;
    }

    void require(boolean rule, String problem) throws TraceFormatException {
        if (!rule) {
            throw error(problem);
        }
    }

    TraceFormatException error(String problem) {
        return new TraceFormatException(
                file + ", line " + Math.max(1, parser.currentLocation().getLineNr()) + ": " + problem);
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
