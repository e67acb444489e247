/**
 * Traffic to replay.
 *
 * <ul>
 *   <li>A {@link dev.kvc.simulator.trace.Trace} can be opened any number of times; each
 *       {@link dev.kvc.simulator.trace.TraceReader} gives its {@link dev.kvc.simulator.trace.TraceEvent}s in order: an
 *       engine that looks a prompt up ({@link dev.kvc.simulator.trace.Lookup}) and one that saves the state of a text
 *       ({@link dev.kvc.simulator.trace.Save}).
 *   <li>A text is known by the ids of its beginnings alone, a {@link dev.kvc.simulator.trace.Prefix}.
 *   <li>{@link dev.kvc.simulator.trace.Traces} opens files of the formats that are known, and makes traces of its own.
 * </ul>
 */
@NullMarked
package dev.kvc.simulator.trace;

import org.jspecify.annotations.NullMarked;
