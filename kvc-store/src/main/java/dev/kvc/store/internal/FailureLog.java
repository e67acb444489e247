package dev.kvc.store.internal;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells an operator that a store fails, without a line for each request that finds it failing: the first failure at
 * once, then one line a minute at most, with the number of those that it stands for. Safe from any thread.
 */
public final class FailureLog {
    private static final System.Logger LOG = System.getLogger("dev.kvc.store");
    private static final long QUIET_NANOS = 60_000_000_000L;

    private final String store;
    private final LongSupplier nanoTime;
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong told = new AtomicLong();
    private final AtomicLong quietUntil;
    private volatile @Nullable String last;

    /** Failures of {@code store}, as it shall be called in the lines. */
    public FailureLog(String store) {
        this(store, System::nanoTime);
    }

    FailureLog(String store, LongSupplier nanoTime) {
        this.store = store;
        this.nanoTime = nanoTime;
        this.quietUntil = new AtomicLong(nanoTime.getAsLong());
    }

    /**
     * Counts a failure, and logs it if it is time to.
     *
     * @param operation what failed, such as {@code load}
     */
    public void failed(String operation, Exception cause) {
        long count = failures.incrementAndGet();
        last = operation + ": " + cause;
        long until = quietUntil.get();
        long now = nanoTime.getAsLong();
        if (now - until >= 0 && quietUntil.compareAndSet(until, now + QUIET_NANOS)) {
            long since = count - told.getAndSet(count);
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> store + " failed to " + operation + "; the caller goes on without it"
                            + (since > 1 ? " (" + since + " failures since the last such line)" : ""),
                    cause);
        }
    }

    /** What failed last, and how; {@code null} if nothing has. */
    public @Nullable String last() {
        return last;
    }

    /** How many failures there were. */
    public long count() {
        return failures.get();
    }
}
