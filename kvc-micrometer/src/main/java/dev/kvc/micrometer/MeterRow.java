package dev.kvc.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A meter that is read from a {@code T}.
 *
 * @param unit its base unit, or {@code null}
 * @param tags those of its own, beside the cache's
 */
record MeterRow<T>(
        Kind kind, String name, @Nullable String unit, Tags tags, String meaning, ToDoubleFunction<T> value) {
    /** How it moves. */
    enum Kind {
        /** It only grows. */
        COUNTER,
        /** It goes up and down. */
        GAUGE
    }

    /**
     * Registers it.
     *
     * @param source what has the {@code T}; the registry does not keep it from being collected
     * @param part reads the {@code T}, each time the registry wants to know
     * @param common the tags of the cache
     */
    <S> Meter register(MeterRegistry registry, S source, Function<S, T> part, Tags common) {
        ToDoubleFunction<S> read = from -> value.applyAsDouble(part.apply(from));
        return switch (kind) {
            case COUNTER ->
                FunctionCounter.builder(name, source, read)
                        .tags(common.and(tags))
                        .baseUnit(unit)
                        .description(meaning)
                        .register(registry);
            case GAUGE ->
                Gauge.builder(name, source, read)
                        .tags(common.and(tags))
                        .baseUnit(unit)
                        .description(meaning)
                        .register(registry);
        };
    }
}
