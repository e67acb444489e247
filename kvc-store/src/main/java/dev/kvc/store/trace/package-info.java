/**
 * A store's own requests, written down to be replayed by {@code kvc-simulator}: see
 * {@link dev.kvc.store.trace.TraceWriter}, which explains the format.
 */
@NullMarked
package dev.kvc.store.trace;

import org.jspecify.annotations.NullMarked;
