package dev.kvc.examples.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kvc.engine.PrefixCacheStats;
import dev.kvc.examples.llama.LlamaEngine;
import dev.kvc.examples.llama.LlamaModel;
import dev.kvc.examples.llama.Prefilled;

/**
 * The one slot of the engine, which sessions take turns in: a prompt that goes on with what is in it goes on, any other
 * has that saved and finds what it left here itself, or what others left of its beginning. Safe from any thread; one
 * request at a time. The model and the engine are its own.
 */
final class Slot implements AutoCloseable {
    private final LlamaModel model;
    private final LlamaEngine engine;
    private final Vocabulary vocabulary;
    private final int contextSize;
    private boolean isClosed;

    Slot(LlamaModel model, LlamaEngine engine, int contextSize) {
        this.model = model;
        this.engine = engine;
        this.vocabulary = new Vocabulary(model);
        this.contextSize = contextSize;
    }

    /**
     * Completes a prompt.
     *
     * @throws RequestException if it does not fit the context, or the server ends
     */
    synchronized Completion complete(CompletionRequest request) throws RequestException, InterruptedException {
        if (isClosed) {
            throw new RequestException(503, "the server is being closed");
        }
        int[] prompt = model.tokenize(request.prompt().getBytes(UTF_8));
        if ((long) prompt.length + request.maxTokens() > contextSize) {
            throw new RequestException(
                    400,
                    "the prompt has " + prompt.length + " tokens, and with max_tokens, " + request.maxTokens()
                            + ", more than the context of " + contextSize);
        }
        Prefilled prefilled = engine.resume(prompt);
        StringBuilder text = new StringBuilder();
        int token = vocabulary.likeliest(prefilled.logits());
        int made = 0;
        boolean isEnded = model.isEnd(token);
        while (!isEnded && made < request.maxTokens()) {
            text.append(vocabulary.text(token));
            token = vocabulary.likeliest(engine.append(token));
            made++;
            isEnded = model.isEnd(token);
        }
        return new Completion(text.toString(), prompt.length, prefilled.reused(), made, isEnded, prefilled.nanos());
    }

    /** What the cache has spared so far. */
    PrefixCacheStats stats() {
        return engine.stats();
    }

    /** Waits for the request under way, saves what is in the slot, and frees engine and model. */
    @Override
    public synchronized void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        try {
            engine.saveAtShutdown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // what is in the slot is not saved
        }
        engine.close();
        model.close();
    }
}
