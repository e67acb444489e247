/**
 * The page of {@code kvc report}.
 *
 * <ul>
 *   <li>{@link dev.kvc.cli.report.CacheReport} puts it together out of {@link dev.kvc.cli.report.Snapshots}: all that
 *       is known of a directory, with the nearest stored ancestor of each snapshot.
 *   <li>{@code Icicle} and {@code Bubbles} draw; {@code BarTable} is a table whose rows have bars, which reads the same
 *       on a phone and by ear; {@code Html} writes what all of them write.
 *   <li>{@code Recency} sorts by last use, {@code Doubling} numbers of any size into a few classes.
 * </ul>
 *
 * <p>What a page holds is bounded, however many snapshots there are: what is too small to be seen is drawn together.
 */
@NullMarked
package dev.kvc.cli.report;

import org.jspecify.annotations.NullMarked;
