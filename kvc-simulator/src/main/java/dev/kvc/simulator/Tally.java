package dev.kvc.simulator;

/** What has come of a replay so far. */
final class Tally {
    private long requests;
    private long hits;
    private long promptTokens;
    private long savedTokens;
    private long saves;
    private long bytesWritten;
    private long evictions;
    private long refusals;

    void missed(long tokens) {
        requests++;
        promptTokens += tokens;
    }

    void hit(long tokens, long saved) {
        missed(tokens);
        hits++;
        savedTokens += saved;
    }

    void stored(long bytes) {
        saves++;
        bytesWritten += bytes;
    }

    void refused() {
        refusals++;
    }

    void evicted() {
        evictions++;
    }

    Outcome outcome() {
        return new Outcome(requests, hits, promptTokens, savedTokens, saves, refusals, bytesWritten, evictions);
    }
}
