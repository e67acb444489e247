package dev.kvc.examples.chat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kvc.examples.demo.UsageException;
import dev.kvc.examples.llama.ContextSettings;
import dev.kvc.examples.llama.Llama;
import dev.kvc.examples.llama.LlamaEngine;
import dev.kvc.examples.llama.LlamaException;
import dev.kvc.examples.llama.LlamaModel;
import dev.kvc.examples.llama.NoiseModel;
import dev.kvc.examples.llama.Weights;
import dev.kvc.micrometer.KvcMetrics;
import dev.kvc.store.KvStore;
import dev.kvc.store.fs.FileSystemKvStore;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A server of completions, behind {@code ./kvc chat}; {@link Options#USAGE} says what it does. For one machine and one
 * user: it listens on the loopback, and asks nobody who they are.
 */
public final class ChatServer implements Closeable {
    private static final System.Logger LOG = System.getLogger("dev.kvc.examples.chat");
    private static final int CONTEXT_TOKENS = 4_096;
    private static final int BATCH_TOKENS = 64;
    private static final int MAX_BODY_BYTES = 1 << 20;
    private static final int THREADS = 8;

    private final KvStore store;
    private final KvcMetrics metrics;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Slot slot;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final HttpServer http;

    private ChatServer(Options options, Path modelFile) throws IOException {
        ContextSettings context = new ContextSettings(CONTEXT_TOKENS, BATCH_TOKENS, options.threads());
        store = FileSystemKvStore.builder(options.directory().resolve("kvc"))
                .budget(options.budget())
                .open();
        metrics = KvcMetrics.of(store, "chat");
        metrics.bindTo(registry);
        LlamaModel model = LlamaModel.load(Llama.load(), modelFile);
        slot = new Slot(
                model, new LlamaEngine(model, Weights.checksum(modelFile), context, metrics.timed()), CONTEXT_TOKENS);
        FunctionCounter.builder(
                        "kvc.engine.tokens.saved", slot, any -> any.stats().tokensSaved())
                .description("Tokens that were restored and not computed")
                .register(registry);
        FunctionCounter.builder("kvc.engine.resumes", slot, any -> any.stats().resumes())
                .description("Prompts that were resumed from a snapshot")
                .register(registry);
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), options.port()), 0);
        http.setExecutor(threads);
        http.createContext("/v1/completions", exchange -> answer(exchange, "POST", this::complete));
        http.createContext("/metrics", exchange -> answer(exchange, "GET", this::scrape));
        http.createContext("/", exchange -> answer(exchange, exchange.getRequestMethod(), ChatServer::notFound));
    }

    /** Opens what there is in the directory, and serves. */
    static ChatServer start(Options options) throws IOException {
        Path model = options.model() == null ? writtenIn(options.directory()) : options.model();
        ChatServer server = new ChatServer(options, model);
        server.http.start();
        return server;
    }

    /** The same weights for every process of the directory: a snapshot is of use to no others. */
    private static Path writtenIn(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve("noise.gguf");
        if (!Files.exists(file)) {
            Path temporary = Files.createTempFile(directory, "noise", ".tmp");
            NoiseModel.medium().writeTo(temporary);
            Files.move(temporary, file);
        }
        return file;
    }

    int port() {
        return http.getAddress().getPort();
    }

    /** An answer to be sent. */
    private record Answer(int status, String type, String body) {
        static Answer json(int status, String body) {
            return new Answer(status, "application/json", body);
        }
    }

    /** Makes the answer to a request. */
    @FunctionalInterface
    private interface Handler {
        Answer handle(HttpExchange exchange) throws IOException, RequestException, InterruptedException;
    }

    private static void answer(HttpExchange exchange, String method, Handler handler) throws IOException {
        try (exchange) {
            Answer answer = exchange.getRequestMethod().equals(method)
                    ? handled(exchange, handler)
                    : failure(405, "the method must be " + method);
            byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.type);
            exchange.sendResponseHeaders(answer.status, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }

    private static Answer handled(HttpExchange exchange, Handler handler) throws IOException {
        try {
            return handler.handle(exchange);
        } catch (RequestException e) {
            return failure(e.status(), String.valueOf(e.getMessage()));
        } catch (LlamaException e) {
            LOG.log(System.Logger.Level.ERROR, "llama.cpp failed", e);
            return failure(500, "the engine failed; the server's log says more");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failure(503, "the server is being closed");
        }
    }

    private static Answer failure(int status, String message) throws IOException {
        return Answer.json(status, Answers.error(status, message));
    }

    private static Answer notFound(HttpExchange exchange) throws RequestException {
        throw new RequestException(404, "there are POST /v1/completions and GET /metrics");
    }

    private Answer complete(HttpExchange exchange) throws IOException, RequestException, InterruptedException {
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
        if (body.length > MAX_BODY_BYTES) {
            throw new RequestException(413, "the body has more than " + MAX_BODY_BYTES + " bytes");
        }
        return Answer.json(200, Answers.completion(slot.complete(CompletionRequest.read(body))));
    }

    private Answer scrape(HttpExchange exchange) {
        return new Answer(200, "text/plain; version=0.0.4; charset=utf-8", registry.scrape());
    }

    /** Ends when the request under way has, and what is in the slot is saved. */
    @Override
    public void close() throws IOException {
        http.stop(0);
        threads.shutdown();
        slot.close();
        metrics.close();
        store.close();
    }

    /** Serves until the process is told to end. */
    public static void main(String[] args) throws IOException {
        if (List.of(args).contains("--help")) {
            System.out.print(Options.USAGE);
            return;
        }
        try {
            ChatServer server = start(Options.parse(args));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> closeAtEnd(server)));
            System.out.println("listening on http://127.0.0.1:" + server.port());
        } catch (UsageException | IllegalArgumentException | LlamaException e) {
            System.err.println("kvc chat: " + e.getMessage());
            System.exit(2);
        }
    }

    private static void closeAtEnd(ChatServer server) {
        try {
            server.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "the store could not be closed", e);
        }
    }
}
