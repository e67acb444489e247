package dev.kvc.examples.chat;

/**
 * What a prompt was completed with.
 *
 * @param text what was made
 * @param promptTokens tokens of the prompt
 * @param cachedTokens those of them that were not computed
 * @param completionTokens tokens that were made
 * @param isEnded whether the model came to an end; otherwise there was to be no more
 * @param firstTokenNanos time until the first token was chosen
 */
record Completion(
        String text, int promptTokens, int cachedTokens, int completionTokens, boolean isEnded, long firstTokenNanos) {}
