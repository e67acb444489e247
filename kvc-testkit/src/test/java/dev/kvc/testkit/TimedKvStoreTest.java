package dev.kvc.testkit;

import dev.kvc.micrometer.KvcMetrics;
import dev.kvc.store.KvStore;
import dev.kvc.store.StoreEnvironment;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;

/** The contract holds for a directory whose requests are timed. */
class TimedKvStoreTest extends FileSystemKvStoreTest {
    @Override
    protected KvStore openWithBudget(Path scratch, StoreEnvironment environment, long budgetBytes) throws IOException {
        KvcMetrics metrics = KvcMetrics.of(super.openWithBudget(scratch, environment, budgetBytes), "any");
        metrics.bindTo(new SimpleMeterRegistry());
        return metrics.timed();
    }
}
