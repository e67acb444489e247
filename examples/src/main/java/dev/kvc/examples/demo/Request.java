package dev.kvc.examples.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * One line of a recorded session: a JSON object with an {@code input}, the prompt, and perhaps a {@code timestamp}, any
 * number that grows with time.
 *
 * @param input the prompt
 * @param timestamp when it was sent, if that is recorded
 */
record Request(String input, @Nullable BigDecimal timestamp) {
    private static final JsonFactory JSON = new JsonFactory();

    /**
     * Reads a line. Fields that we do not know are passed over.
     *
     * @throws UsageException if it is not such an object, saying what is wrong
     */
    static Request parse(String line) throws UsageException {
        try (JsonParser parser = JSON.createParser(line)) {
            require(parser.nextToken() == JsonToken.START_OBJECT, "it is not a JSON object");
            Request request = readObject(parser);
            require(parser.nextToken() == null, "there is more behind the object");
            return request;
        } catch (JsonProcessingException e) {
            throw new UsageException(e.getOriginalMessage().lines().findFirst().orElse("it is not JSON"));
        } catch (IOException e) {
            throw new UsageException(e.toString());
        }
    }

    private static Request readObject(JsonParser parser) throws IOException, UsageException {
        String input = null;
        BigDecimal timestamp = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            if (field.equals("input")) {
                input = readInput(parser, value);
            } else if (field.equals("timestamp") && value.isNumeric()) {
                timestamp = parser.getDecimalValue();
            } else {
                parser.skipChildren();
            }
        }
        if (input == null || input.isEmpty()) {
            throw new UsageException("it has no \"input\" with text");
        }
        return new Request(input, timestamp);
    }

    /** A prompt is a string, or a list of messages: then it is all strings in them, in order, a line each. */
    private static String readInput(JsonParser parser, JsonToken value) throws IOException, UsageException {
        if (value == JsonToken.VALUE_STRING) {
            return parser.getText();
        }
        require(value == JsonToken.START_ARRAY, "its \"input\" is neither a string nor a list of messages");
        StringBuilder text = new StringBuilder();
        int depth = 1;
        while (depth > 0) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                throw new UsageException("its \"input\" has no end");
            } else if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (token == JsonToken.VALUE_STRING) {
                text.append(parser.getText()).append('\n');
            }
        }
        return text.toString();
    }

    private static void require(boolean rule, String problem) throws UsageException {
        if (!rule) {
            throw new UsageException(problem);
        }
    }
}
