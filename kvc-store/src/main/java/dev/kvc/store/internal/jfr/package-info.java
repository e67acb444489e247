/**
 * What stores tell Flight Recorder.
 *
 * <p>{@link dev.kvc.store.internal.jfr.StoreEvents} is one store's; a request that takes time is a span of it. The
 * event classes are known here alone, and are not loaded where the runtime has no module {@code jdk.jfr}.
 */
@NullMarked
package dev.kvc.store.internal.jfr;

import org.jspecify.annotations.NullMarked;
