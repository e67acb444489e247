package dev.kvc.engine;

import dev.kvc.format.SaveReason;
import dev.kvc.store.SaveResult;
import java.util.Map;

/**
 * Counters of a {@link PrefixCache} since it was built.
 *
 * @param misses prompts for which there was nothing to resume from, by reason; one that did not occur is not in it
 * @param restoreFailures snapshots that the engine could not restore
 * @param storeFailures lookups, loads, rejections and closings that failed in the store
 * @param saves saves that ended, by what the store said; likewise
 * @param cancelled saves that were cancelled
 * @param refused saves that were refused because too many bytes were in flight
 * @param bytesInFlight text and payload bytes of saves that have not ended, now
 * @param accounts bytes written and tokens saved, by the reason of the save; likewise
 */
public record PrefixCacheStats(
        Map<Resumption.Miss, Long> misses,
        long restoreFailures,
        long storeFailures,
        Map<SaveResult.Outcome, Long> saves,
        long cancelled,
        long refused,
        long bytesInFlight,
        Map<SaveReason, WriteAccount> accounts) {
    /** Copies the maps. */
    public PrefixCacheStats {
        misses = Map.copyOf(misses);
        saves = Map.copyOf(saves);
        accounts = Map.copyOf(accounts);
    }

    /** All accounts together. */
    public WriteAccount account() {
        return accounts.values().stream().reduce(WriteAccount.NONE, WriteAccount::plus);
    }

    /** Prompts that were resumed. */
    public long resumes() {
        return account().resumes();
    }

    /** Tokens that did not have to be computed. */
    public long tokensSaved() {
        return account().tokensSaved();
    }

    /** All misses together. */
    public long missCount() {
        return misses.values().stream().mapToLong(Long::longValue).sum();
    }
}
