package dev.kvc.examples.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kvc.examples.llama.LlamaModel;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that are chosen from: those that stand for whole characters, since an answer is a JSON string, and of
 * several for one text the one that the tokenizer gives it, so that a text that is sent back is the same tokens.
 * Immutable.
 */
final class Vocabulary {
    private final LlamaModel model;
    /** By token; {@code null} for one that is not chosen. */
    private final @Nullable String[] texts;

    Vocabulary(LlamaModel model) {
        this.model = model;
        this.texts = new String[model.vocabularySize()];
        Map<String, Integer> byText = new HashMap<>();
        for (int token = 0; token < texts.length; token++) {
            String text = decode(model.piece(token));
            if (!text.isEmpty()) {
                byText.merge(text, token, (one, other) -> tokenized(text, one, other));
            }
        }
        byText.forEach((text, token) -> texts[token] = text);
    }

    private int tokenized(String text, int one, int other) {
        return Arrays.stream(model.tokenize(text.getBytes(UTF_8))).anyMatch(token -> token == other) ? other : one;
    }

    private static String decode(byte[] piece) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(piece)).toString();
        } catch (CharacterCodingException e) {
            return ""; // part of a character
        }
    }

    /** The likeliest token, the first of them where several are; one that ends the text, or one that has a text. */
    int likeliest(float[] scores) {
        int best = -1;
        for (int token = 0; token < scores.length; token++) {
            boolean isOffered = texts[token] != null || model.isEnd(token);
            if (isOffered && (best < 0 || scores[token] > scores[best])) {
                best = token;
            }
        }
        return best;
    }

    /** The text of a token that was chosen; empty if it is the end. */
    String text(int token) {
        String text = texts[token];
        return text == null ? "" : text;
    }
}
