package dev.kvc.engine;

import dev.kvc.format.SaveReason;
import dev.kvc.store.SaveResult;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** The counters behind {@link PrefixCacheStats}. Safe from any thread. */
final class Counters {
    private final Map<Resumption.Miss, LongAdder> misses = new ConcurrentHashMap<>();
    private final Map<SaveResult.Outcome, LongAdder> saves = new ConcurrentHashMap<>();
    private final Map<SaveReason, WriteAccount> accounts = new ConcurrentHashMap<>();
    private final LongAdder restoreFailures = new LongAdder();
    private final LongAdder storeFailures = new LongAdder();
    private final LongAdder cancelled = new LongAdder();
    private final LongAdder refused = new LongAdder();

    void missed(Resumption.Miss reason) {
        increment(misses, reason);
    }

    void resumed(SaveReason reason, long tokens) {
        accounts.merge(reason, new WriteAccount(0, 0, 1, tokens), WriteAccount::plus);
    }

    void failedToRestore() {
        restoreFailures.increment();
    }

    void storeFailed() {
        storeFailures.increment();
    }

    void saved(SaveReason reason, SaveResult result) {
        increment(saves, result.outcome());
        switch (result.outcome()) {
            case STORED, REPLACED, QUEUED ->
                accounts.merge(reason, new WriteAccount(1, result.bytes(), 0, 0), WriteAccount::plus);
            case ALREADY_PRESENT, TOO_LARGE, NO_ROOM, NOT_ADMITTED, THROTTLED, FAILED -> {}
        }
    }

    void notSaved(SaveHandle.State state) {
        (state == SaveHandle.State.CANCELLED ? cancelled : refused).increment();
    }

    private static <K> void increment(Map<K, LongAdder> counts, K key) {
        counts.computeIfAbsent(key, any -> new LongAdder()).increment();
    }

    PrefixCacheStats stats(long bytesInFlight) {
        return new PrefixCacheStats(
                sums(misses),
                restoreFailures.sum(),
                storeFailures.sum(),
                sums(saves),
                cancelled.sum(),
                refused.sum(),
                bytesInFlight,
                accounts);
    }

    private static <K> Map<K, Long> sums(Map<K, LongAdder> counts) {
        Map<K, Long> sums = new HashMap<>();
        counts.forEach((key, count) -> sums.put(key, count.sum()));
        return sums;
    }
}
