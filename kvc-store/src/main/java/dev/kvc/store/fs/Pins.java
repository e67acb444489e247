package dev.kvc.store.fs;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.store.Pin;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The pins of this process, of snapshots that are stored and of those that are not yet. */
final class Pins {
    private final Map<SnapshotId, Set<Held>> held = new ConcurrentHashMap<>();
    private final InstantSource clock;

    Pins(InstantSource clock) {
        this.clock = clock;
    }

    Pin pin(SnapshotId id, @Nullable Duration deadline) {
        if (deadline != null && deadline.isNegative()) {
            throw new IllegalArgumentException("a pin's deadline is " + deadline + "; it must not be negative");
        }
        long endMillis = deadline == null ? Long.MAX_VALUE : saturatedAdd(clock.millis(), deadline);
        Held pin = new Held(id, endMillis);
        held.compute(id, (key, pins) -> {
            Set<Held> all = pins == null ? ConcurrentHashMap.newKeySet() : pins;
            all.add(pin);
            return all;
        });
        return pin;
    }

    private static long saturatedAdd(long millis, Duration duration) {
        return duration.compareTo(Duration.ofMillis(Long.MAX_VALUE - millis)) >= 0
                ? Long.MAX_VALUE
                : millis + duration.toMillis();
    }

    /** Whether a pin holds that has neither been closed nor come to its deadline. */
    boolean isPinned(SnapshotId id) {
        Set<Held> pins = held.get(id);
        if (pins == null) {
            return false;
        }
        long now = clock.millis();
        pins.stream().filter(pin -> pin.endMillis <= now).forEach(Held::close);
        return held.containsKey(id);
    }

    private final class Held implements Pin {
        private final SnapshotId id;
        private final long endMillis;

        Held(SnapshotId id, long endMillis) {
            this.id = id;
            this.endMillis = endMillis;
        }

        @Override
        public void close() {
            held.computeIfPresent(id, (key, pins) -> {
                pins.remove(this);
                return pins.isEmpty() ? null : pins;
            });
        }
    }
}
