package dev.kvc.examples.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.examples.chat.ChatClient.Reply;
import dev.kvc.examples.demo.UsageException;
import dev.kvc.examples.llama.NoiseModel;
import dev.kvc.store.DataSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server over HTTP, in this process and in one that is killed, with a model that is small. */
class ChatServerTest {
    @TempDir
    private static Path directory;

    private static Path model;
    private static ChatServer server;
    private static ChatClient client;

    @BeforeAll
    static void start() throws IOException {
        model = directory.resolve("noise.gguf");
        new NoiseModel(2, 4, 2, 16, 96, 4_096, 1).writeTo(model);
        server = ChatServer.start(new Options(directory.resolve("cache"), model, 0, DataSize.ofMebibytes(64), 1));
        client = new ChatClient(server.port());
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    private static HttpResponse<String> post(String path, String body) {
        return client.post(path, body.getBytes(UTF_8)).join();
    }

    @Test
    void conversationsThatTakeTurnsGoOnAfterTheServerIsKilledAndSayWhatTheyWouldHaveSaid() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Drive drive =
                new Drive(List.of("--model", model.toString(), "--threads", "1"), new PrintStream(out, true, UTF_8));
        Path killed = directory.resolve("killed");
        assertThat(drive.run(killed, directory.resolve("other"))).isTrue();
        String printed = out.toString(UTF_8);
        assertThat(printed)
                .contains("Bob's answer is cut off: the server is killed")
                .containsPattern("Bob +2 +\\d+ +[1-9]\\d+ ")
                .containsPattern("Ann +3 +\\d+ +[1-9]\\d+ ")
                .containsPattern("/metrics: [1-9]\\d* prompts resumed, [1-9]\\d+ tokens saved");
        try (var files = Files.walk(killed)) {
            assertThat(files).anyMatch(file -> file.toString().endsWith(".kv"));
        }
    }

    @Test
    void promptThatGoesOnIsNotComputedAgain() throws IOException {
        String prompt = "A session of one. ".repeat(60);
        Reply first = client.complete(prompt, 8);
        Reply second = client.complete(prompt + first.text() + " And then?", 8);
        assertThat(first.cachedTokens()).isZero();
        assertThat(second.cachedTokens()).isGreaterThan(900);
        assertThat(second.promptTokens()).isGreaterThan(first.promptTokens());
    }

    @Test
    void metersAreThereForPrometheus() throws Exception {
        client.complete("Anything.", 1);
        HttpResponse<String> meters = client.get("/metrics");
        assertThat(meters.statusCode()).isEqualTo(200);
        assertThat(meters.body()).contains("kvc_engine_tokens_saved_total", "cache_gets_total");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{\"prompt\": \"a secret\" nonsense|400|is no JSON",
                "[1]|400|must be a JSON object",
                "{}|400|prompt must be a string that is not empty",
                "{\"prompt\": 7}|400|prompt must be a string that is not empty",
                "{\"prompt\": \"\"}|400|prompt must be a string that is not empty",
                "{\"prompt\": \"a\", \"max_tokens\": 0}|400|max_tokens must be a whole number from 1 to 2147483647",
                "{\"prompt\": \"a\", \"max_tokens\": \"7\"}|400|max_tokens must be a whole number from 1 to 2147483647",
                "{\"prompt\": \"a\", \"max_tokens\": 4096}|400|more than the context of 4096",
                "{\"prompt\": \"a\", \"max_tokens\": 99999999999}|400|max_tokens must be a whole number from 1 to 2147483647",
                "{\"prompt\": \"a\", \"stream\": true}|400|stream must be false"
            })
    void wrongRequestIsAnsweredWithTheRuleAndWithoutWhatWasSent(String body, int status, String message) {
        HttpResponse<String> answer = post("/v1/completions", body);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body())
                .startsWith("{\"error\":{\"message\":")
                .contains(message)
                .doesNotContain("secret");
    }

    @Test
    void bodyThatIsTooLargeIsRefused() {
        assertThat(post("/v1/completions", "x".repeat((1 << 20) + 1)).statusCode())
                .isEqualTo(413);
    }

    @Test
    void whatThereIsNotIsNotFound() throws Exception {
        assertThat(post("/v1/chat", "{}").statusCode()).isEqualTo(404);
        assertThat(client.get("/v1/completions").statusCode()).isEqualTo(405);
        assertThat(post("/metrics", "{}").statusCode()).isEqualTo(405);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--port 1|--dir is missing",
                "--dir|--dir is followed by nothing",
                "--dir x --dir y|--dir is given twice",
                "--dir x --port 65536|--port is \"65536\"; it must be a whole number from 0 to 65535",
                "--dir x --threads none|--threads is \"none\"; it must be a whole number from 1 to 1024",
                "--dir x --budget much|--budget is \"much\"; it must be a size such as",
                "--dir x --shout x|there is no setting --shout; there are --budget, --dir, --model"
            })
    void wrongOptionIsToldWithTheRule(String words, String message) {
        assertThatThrownBy(() -> Options.parse(words.split(" ")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(message);
    }
}
