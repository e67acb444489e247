/**
 * Measures KVC.
 *
 * <p>A {@link dev.kvc.bench.Target} is a row of the table that is printed: what is compared, and what it must come to.
 * It is computed from {@link dev.kvc.bench.Scenario scenarios}: one piece of work, done by several
 * {@link dev.kvc.bench.Side sides} (KVC, a bare loop that does only what the machine must do, a replica of another
 * program's system calls, a peer). {@link dev.kvc.bench.Rounds} lets each side work in a JVM of its own
 * ({@link dev.kvc.bench.Worker}), in turns, so that all of them see the same machine.
 */
@NullMarked
package dev.kvc.bench;

import org.jspecify.annotations.NullMarked;
