package dev.kvc.engine;

import java.util.OptionalDouble;

/**
 * What the saves for one reason have cost, and what they have brought.
 *
 * @param saves those that wrote something
 * @param bytesWritten bytes that they wrote
 * @param resumes prompts that were resumed from such a snapshot, whoever saved it
 * @param tokensSaved tokens that those did not have to compute
 */
public record WriteAccount(long saves, long bytesWritten, long resumes, long tokensSaved) {
    /** Nothing written, nothing saved. */
    public static final WriteAccount NONE = new WriteAccount(0, 0, 0, 0);

    /** Both together. */
    public WriteAccount plus(WriteAccount other) {
        return new WriteAccount(
                saves + other.saves,
                bytesWritten + other.bytesWritten,
                resumes + other.resumes,
                tokensSaved + other.tokensSaved);
    }

    /** Bytes written for each token saved; empty if none was saved. */
    public OptionalDouble bytesPerTokenSaved() {
        return tokensSaved == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) bytesWritten / tokensSaved);
    }
}
