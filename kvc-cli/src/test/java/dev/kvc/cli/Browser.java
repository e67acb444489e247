package dev.kvc.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A headless Chromium with one page, spoken to by its DevTools protocol. Takes note of what the page asks the network
 * for, and of what it complains about.
 */
final class Browser implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("DevTools listening on (ws://\\S+)");
    private static final long TIMEOUT_SECONDS = 60;
    private static final JsonFactory JSON = new JsonFactory();

    private final Path profile;
    private final Process process;
    private final WebSocket socket;
    private final BlockingQueue<Map<String, String>> messages = new LinkedBlockingQueue<>();
    private final List<String> requests = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private String session = "";
    private int lastId;

    /** The program, if it is installed. */
    static Optional<Path> program() {
        return Stream.of("chromium", "chromium-browser", "google-chrome")
                .map(name -> Path.of("/usr/bin", name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    Browser(Path program, Path profile) throws IOException, InterruptedException {
        this.profile = profile;
        process = new ProcessBuilder(
                        program.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--disable-dev-shm-usage",
                        "--hide-scrollbars",
                        "--user-data-dir=" + profile,
                        "--remote-debugging-port=0",
                        "about:blank")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(address()), new Receiver())
                .join();
        String target = call("Target.createTarget", "url", "about:blank").get("result.targetId");
        session = Objects.requireNonNull(
                call("Target.attachToTarget", "targetId", Objects.requireNonNull(target), "flatten", true)
                        .get("result.sessionId"));
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            call(domain + ".enable");
        }
    }

    private String address() throws IOException {
        BufferedReader err =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = err.readLine(); line != null; line = err.readLine()) {
            Matcher listening = LISTENING.matcher(line);
            if (listening.find()) {
                Thread rest = new Thread(() -> err.lines().forEach(more -> {}), "browser-errors");
                rest.setDaemon(true);
                rest.start();
                return listening.group(1);
            }
            said.append(line).append('\n');
        }
        throw new IOException("the browser has ended: " + said);
    }

    /** Puts messages together, flattened to dotted names. */
    private final class Receiver implements WebSocket.Listener {
        private final StringBuilder partial = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                messages.add(flat(partial.toString()));
                partial.setLength(0);
            }
            from.request(1);
            return null;
        }
    }

    private static Map<String, String> flat(String json) {
        Map<String, String> values = new HashMap<>();
        try (JsonParser parser = JSON.createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isScalarValue()) {
                    String path = parser.getParsingContext().pathAsPointer().toString();
                    values.put(path.substring(1).replace('/', '.'), parser.getText());
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("the browser sent " + json, e);
        }
        return values;
    }

    private Map<String, String> call(String method, Object... parameters) throws IOException, InterruptedException {
        int id = ++lastId;
        StringWriter json = new StringWriter();
        try (JsonGenerator to = JSON.createGenerator(json)) {
            to.writeStartObject();
            to.writeNumberField("id", id);
            to.writeStringField("method", method);
            if (!session.isEmpty()) {
                to.writeStringField("sessionId", session);
            }
            to.writeObjectFieldStart("params");
            for (int i = 0; i < parameters.length; i += 2) {
                write(to, (String) parameters[i], parameters[i + 1]);
            }
            to.writeEndObject();
            to.writeEndObject();
        }
        socket.sendText(json.toString(), true).join();
        return await("id", Integer.toString(id));
    }

    private static void write(JsonGenerator to, String name, Object value) throws IOException {
        to.writeFieldName(name);
        if (value instanceof Boolean is) {
            to.writeBoolean(is);
        } else if (value instanceof Integer number) {
            to.writeNumber(number);
        } else if (value instanceof JsonText json) {
            to.writeRawValue(json.text);
        } else {
            to.writeString(value.toString());
        }
    }

    /** A parameter that is JSON already. */
    private record JsonText(String text) {}

    private Map<String, String> await(String name, String value) throws IOException, InterruptedException {
        while (true) {
            Map<String, String> message = messages.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            if (message == null) {
                throw new IOException("the browser says nothing for " + TIMEOUT_SECONDS + " s");
            }
            note(message);
            if (value.equals(message.get(name))) {
                if (message.containsKey("error.message")) {
                    throw new IOException("the browser refuses: " + message);
                }
                return message;
            }
        }
    }

    private void note(Map<String, String> message) {
        switch (message.getOrDefault("method", "")) {
            case "Network.requestWillBeSent" -> requests.add(message.getOrDefault("params.request.url", "?"));
            case "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded" ->
                complaints.add(message.toString());
            default -> {
                // how the page comes along
            }
        }
    }

    /** Loads a page on a screen of that width, in CSS pixels, and waits until it has. */
    void open(Path page, int width, String colourScheme) throws IOException, InterruptedException {
        requests.clear();
        complaints.clear();
        call(
                "Emulation.setDeviceMetricsOverride",
                "width",
                width,
                "height",
                800,
                "deviceScaleFactor",
                1,
                "mobile",
                width < 500);
        call(
                "Emulation.setEmulatedMedia",
                "features",
                new JsonText("[{\"name\":\"prefers-color-scheme\",\"value\":\"" + colourScheme + "\"}]"));
        call("Page.navigate", "url", page.toUri().toString());
        await("method", "Page.loadEventFired");
    }

    /** What an expression has, as text. */
    String evaluate(String expression) throws IOException, InterruptedException {
        Map<String, String> result = call("Runtime.evaluate", "expression", "String(" + expression + ")");
        if (result.containsKey("result.exceptionDetails.text")) {
            throw new IllegalArgumentException(expression + ": " + result);
        }
        return Objects.requireNonNull(result.get("result.result.value"));
    }

    /** Presses a key, such as {@code Tab} or {@code ArrowDown}. */
    void press(String key) throws IOException, InterruptedException {
        int code = Map.of(
                        "Tab",
                        9,
                        "End",
                        35,
                        "Home",
                        36,
                        "ArrowLeft",
                        37,
                        "ArrowUp",
                        38,
                        "ArrowRight",
                        39,
                        "ArrowDown",
                        40)
                .getOrDefault(key, 0);
        for (String type : List.of("rawKeyDown", "keyUp")) {
            call("Input.dispatchKeyEvent", "type", type, "key", key, "code", key, "windowsVirtualKeyCode", code);
        }
    }

    /** A picture of the whole page, as PNG. */
    byte[] picture() throws IOException, InterruptedException {
        String data = call("Page.captureScreenshot", "format", "png", "captureBeyondViewport", true)
                .get("result.data");
        return Base64.getDecoder().decode(Objects.requireNonNull(data));
    }

    List<String> requests() {
        return requests;
    }

    List<String> complaints() {
        return complaints;
    }

    @Override
    public void close() throws IOException {
        socket.abort();
        process.destroy();
        process.onExit().orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
        Files.deleteIfExists(profile.resolve("SingletonSocket")); // a link, out of what is about to be deleted
    }
}
