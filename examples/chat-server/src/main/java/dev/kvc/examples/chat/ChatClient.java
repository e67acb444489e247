package dev.kvc.examples.chat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;

/** Asks a server on the loopback, as any client of OpenAI's would. Safe from any thread. */
final class ChatClient {
    private static final JsonFactory JSON = new JsonFactory();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String server;

    ChatClient(int port) {
        server = "http://127.0.0.1:" + port;
    }

    /**
     * What came back.
     *
     * @param text what the prompt goes on with
     * @param promptTokens tokens of the prompt
     * @param cachedTokens those that were not computed
     * @param firstTokenMillis time until the first token was chosen
     */
    record Reply(String text, int promptTokens, int cachedTokens, double firstTokenMillis) {}

    /** Sends a body as it is. */
    CompletableFuture<HttpResponse<String>> post(String path, byte[] body) {
        return http.sendAsync(
                HttpRequest.newBuilder(URI.create(server + path))
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> send(String prompt, int maxTokens) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (JsonGenerator to = JSON.createGenerator(body)) {
            to.writeStartObject();
            to.writeStringField("prompt", prompt);
            to.writeNumberField("max_tokens", maxTokens);
            to.writeEndObject();
        }
        return post("/v1/completions", body.toByteArray());
    }

    Reply complete(String prompt, int maxTokens) throws IOException {
        HttpResponse<String> response = send(prompt, maxTokens).join();
        if (response.statusCode() != 200) {
            throw new IOException("the server answered " + response.statusCode() + ": " + response.body());
        }
        return read(response.body());
    }

    private static Reply read(String body) throws IOException {
        String text = "";
        int prompt = 0;
        int cached = 0;
        double millis = 0;
        try (JsonParser in = JSON.createParser(body)) {
            for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
                if (token == JsonToken.FIELD_NAME) {
                    String field = in.currentName();
                    in.nextToken();
                    switch (field) {
                        case "text" -> text = in.getText();
                        case "prompt_tokens" -> prompt = in.getIntValue();
                        case "cached_tokens" -> cached = in.getIntValue();
                        case "prompt_ms" -> millis = in.getDoubleValue();
                        default -> {} // read past
                    }
                }
            }
        }
        return new Reply(text, prompt, cached, millis);
    }

    /** What a page has. */
    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(server + path)).build(), BodyHandlers.ofString());
    }

    /** A counter among the server's meters; 0 for one that is not there. */
    double counter(String name) throws IOException, InterruptedException {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
