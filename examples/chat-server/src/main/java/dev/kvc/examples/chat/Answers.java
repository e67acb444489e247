package dev.kvc.examples.chat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;

/** Answers in OpenAI's words. */
final class Answers {
    private static final JsonFactory JSON = new JsonFactory();
    private static final double NANOS_A_MILLI = 1e6;

    private Answers() {}

    /** What an object is filled with. */
    @FunctionalInterface
    private interface Fields {
        void write(JsonGenerator to) throws IOException;
    }

    private static String object(Fields fields) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator to = JSON.createGenerator(text)) {
            to.writeStartObject();
            fields.write(to);
            to.writeEndObject();
        }
        return text.toString();
    }

    static String completion(Completion completion) throws IOException {
        return object(to -> {
            to.writeStringField("object", "text_completion");
            to.writeArrayFieldStart("choices");
            to.writeStartObject();
            to.writeNumberField("index", 0);
            to.writeStringField("text", completion.text());
            to.writeStringField("finish_reason", completion.isEnded() ? "stop" : "length");
            to.writeEndObject();
            to.writeEndArray();
            to.writeObjectFieldStart("usage");
            to.writeNumberField("prompt_tokens", completion.promptTokens());
            to.writeNumberField("completion_tokens", completion.completionTokens());
            to.writeNumberField("total_tokens", completion.promptTokens() + completion.completionTokens());
            to.writeObjectFieldStart("prompt_tokens_details");
            to.writeNumberField("cached_tokens", completion.cachedTokens());
            to.writeEndObject();
            to.writeEndObject();
            to.writeObjectFieldStart("timings");
            to.writeNumberField("prompt_ms", completion.firstTokenNanos() / NANOS_A_MILLI);
            to.writeEndObject();
        });
    }

    static String error(int status, String message) throws IOException {
        return object(to -> {
            to.writeObjectFieldStart("error");
            to.writeStringField("message", message);
            to.writeStringField("type", status < 500 ? "invalid_request_error" : "server_error");
            to.writeEndObject();
        });
    }
}
