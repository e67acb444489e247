/**
 * A {@code java.nio} file system that fails on purpose, around any other: for tests of code that must not lose files.
 *
 * <ul>
 *   <li>{@link dev.kvc.faultfs.FaultyFileSystem} is where to begin: a view of a directory, which runs full, stops as at
 *       a crash, loses at a power cut what was not flushed, counts what is done and tells who left files open.
 *   <li>{@link dev.kvc.faultfs.Fault} is a rule of what fails: which {@link dev.kvc.faultfs.Operation} on which files,
 *       the n-th or by chance; it may also shorten writes, or do whatever a test wants done at that moment.
 *   <li>{@link dev.kvc.faultfs.PowerCut} says what becomes of bytes and names that were not flushed.
 *   <li>{@link dev.kvc.faultfs.MemoryDirectory} is where such tests are quick.
 * </ul>
 *
 * <p>A test of every crash there is stops the world after 0, 1, 2, … changes, until what it tries is complete:
 *
 * <pre>{@code
 * boolean complete = false;
 * for (long k = 0; !complete; k++) {
 *     FaultyFileSystem files = FaultyFileSystem.around(freshDirectory());
 *     prepare(files.path());
 *     files.stopAfter(k);
 *     try {
 *         change(files.path());
 *     } catch (IOException e) {
 *         // the process died here
 *     }
 *     complete = !files.isStopped();
 *     files.stop();
 *     checkWhatIsLeft(files.real());
 * }
 * }</pre>
 */
@NullMarked
package dev.kvc.faultfs;

import org.jspecify.annotations.NullMarked;
