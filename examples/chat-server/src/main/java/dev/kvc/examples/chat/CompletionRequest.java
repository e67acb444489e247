package dev.kvc.examples.chat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for: of OpenAI's request the fields {@code prompt}, one string, and {@code max_tokens}. Others are read
 * past; there is one model, and it always takes the likeliest token.
 *
 * @param prompt not empty
 * @param maxTokens how many tokens to make at most, 1 or more
 */
record CompletionRequest(String prompt, int maxTokens) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int DEFAULT_MAX_TOKENS = 16;

    /**
     * Reads a request.
     *
     * @throws RequestException if it is none
     */
    static CompletionRequest read(byte[] body) throws IOException, RequestException {
        try (JsonParser in = JSON.createParser(body)) {
            return read(in);
        } catch (JsonProcessingException e) {
            // The parser's message quotes what was sent, and prompts are private.
            throw new RequestException(
                    400,
                    "the body is no JSON, as far as line "
                            + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr());
        }
    }

    private static CompletionRequest read(JsonParser in) throws IOException, RequestException {
        if (in.nextToken() != JsonToken.START_OBJECT) {
            throw new RequestException(400, "the body must be a JSON object");
        }
        String prompt = null;
        int maxTokens = DEFAULT_MAX_TOKENS;
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String field = in.currentName();
            JsonToken value = in.nextToken();
            switch (field) {
                case "prompt" -> prompt = value == JsonToken.VALUE_STRING ? in.getText() : null;
                case "max_tokens" -> maxTokens = value == JsonToken.VALUE_NUMBER_INT ? count(in) : 0;
                case "stream" -> refuseStream(value);
                default -> in.skipChildren();
            }
        }
        return checked(prompt, maxTokens);
    }

    private static int count(JsonParser in) throws IOException {
        return in.getNumberType() == JsonParser.NumberType.INT ? in.getIntValue() : 0;
    }

    private static void refuseStream(JsonToken value) throws RequestException {
        if (value != JsonToken.VALUE_FALSE && value != JsonToken.VALUE_NULL) {
            throw new RequestException(400, "stream must be false: an answer comes as a whole");
        }
    }

    private static CompletionRequest checked(@Nullable String prompt, int maxTokens) throws RequestException {
        if (prompt == null || prompt.isEmpty()) {
            throw new RequestException(400, "prompt must be a string that is not empty");
        } else if (maxTokens < 1) {
            throw new RequestException(400, "max_tokens must be a whole number from 1 to 2147483647");
        }
        return new CompletionRequest(prompt, maxTokens);
    }
}
