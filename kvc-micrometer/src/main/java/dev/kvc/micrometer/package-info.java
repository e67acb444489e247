/**
 * Meters of a cache and of its tiers, for any registry of Micrometer.
 *
 * <pre>{@code
 * KvcMetrics metrics = KvcMetrics.of(store, "agents");
 * metrics.bindTo(registry);
 * KvStore timed = metrics.timed(); // for who loads and saves
 * }</pre>
 *
 * <ul>
 *   <li>{@link dev.kvc.micrometer.KvcMetrics} is all that an application meets.
 * </ul>
 *
 * <p>How it is built: {@code MeterTable} says what is read from a store's statistics and under which names;
 * {@code Binding} is the meters of one store in one registry; {@code Requests} measures what passes through a
 * {@code TimedKvStore}, for all bindings.
 */
@NullMarked
package dev.kvc.micrometer;

import org.jspecify.annotations.NullMarked;
