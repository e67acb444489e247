package dev.kvc.faultfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A directory of any file system, reached through one that fails on purpose. Code that keeps to {@code java.nio.file}
 * and takes a {@link Path} can be tested with it as it is: give it {@link #path()}.
 *
 * <p>What is done goes through to the real directory at once, so a test looks at the outcome there, and a store that is
 * opened anew on it, through another faulty file system or none, finds what a restart finds.
 *
 * <pre>{@code
 * FaultyFileSystem files = FaultyFileSystem.around(directory).rememberUnflushed();
 * files.with(Fault.on(Operation.DELETE).at(2)); // the second removal fails
 * files.limitSpace(100_000); // the disk is full at 100 kB
 * files.stopAfter(k); // the process dies after k more changes
 * use(files.path());
 * files.requireAllClosed(); // or tells who left a file open
 * files.cut(PowerCut.seeded(seed)); // what was not flushed may be lost
 * checkWhatIsLeft(directory);
 * }</pre>
 *
 * <p>Safe from any thread. With one thread, everything can be replayed from the seeds given. Maps are for reading only;
 * there are no asynchronous channels and no files that are deleted on close. Paths of it and of the real file system do
 * not mix.
 */
public final class FaultyFileSystem {
    private final Path real;
    private final World world;
    private final Path path;

    private FaultyFileSystem(Path real) {
        this.real = real;
        world = new World(real);
        path = new WrappedFileSystem(world, real.getFileSystem()).wrap(real);
    }

    /**
     * A faulty view of a directory, which need not be there yet. Nothing fails until it is told to.
     *
     * @throws IOException if the real path of the directory cannot be found out
     */
    public static FaultyFileSystem around(Path directory) throws IOException {
        return new FaultyFileSystem(realPath(directory.toAbsolutePath().normalize()));
    }

    /** Without symbolic links, so that each file has one name. */
    private static Path realPath(Path directory) throws IOException {
        Path parent = directory.getParent();
        return parent == null || Files.exists(directory)
                ? directory.toRealPath()
                : realPath(parent).resolve(String.valueOf(directory.getFileName()));
    }

    /** The directory, seen through this file system. */
    public Path path() {
        return path;
    }

    /** The directory itself. */
    public Path real() {
        return real;
    }

    // What goes wrong

    /** Adds a fault. Where several would strike, the one added first does. */
    public FaultyFileSystem with(Fault fault) {
        world.faults().add(fault);
        return this;
    }

    /** Removes all faults; limits and stops stay. */
    public void clearFaults() {
        world.faults().clear();
    }

    /**
     * Limits the bytes that the files in the directory hold together. A write that needs more is cut to what there is
     * room for, and fails where there is none, as on a full disk; the file store says how much is left.
     */
    public FaultyFileSystem limitSpace(long bytes) {
        world.limitSpace(bytes);
        return this;
    }

    /**
     * Stops the world when {@code changes} more operations {@linkplain Operation#isChange() that change something} have
     * been begun: the next one, and everything after it, throws, and nothing more reaches the disk. Open files are
     * closed and locks released, as when a process ends.
     */
    public FaultyFileSystem stopAfter(long changes) {
        world.stopAfter(changes);
        return this;
    }

    /** Stops the world now. */
    public void stop() {
        world.stop();
    }

    /** Whether the world has stopped. */
    public boolean isStopped() {
        return world.isStopped();
    }

    /**
     * From now on, remembers what has not been flushed, for {@link #cut}. Whatever is there now counts as flushed.
     * Flushing does not reach the real disk any more, so it costs nothing. Keeps in memory what a file held before it
     * is changed or removed: for small files. Directories cannot be moved then.
     */
    public FaultyFileSystem rememberUnflushed() {
        world.rememberUnflushed();
        return this;
    }

    /**
     * Cuts the power: the world stops, and what was not flushed is lost as {@code powerCut} says. The directory is then
     * what a machine finds that starts again.
     *
     * @return what became of each file and name, for the message of a failing test
     * @throws IllegalStateException if {@link #rememberUnflushed} was not called
     * @throws IOException if the real directory cannot be changed
     */
    public List<String> cut(PowerCut powerCut) throws IOException {
        return world.cut(powerCut);
    }

    // What was done

    /** How many operations of a kind were begun, those included that failed. */
    public long count(Operation operation) {
        return world.count(operation);
    }

    /** How many operations that change something were begun. */
    public long changes() {
        return world.changes();
    }

    /** The last 1000 operations and the files they were for, the latest last. */
    public List<String> trace() {
        return world.trace();
    }

    /** What is open. Nothing, after the world has stopped. */
    public List<OpenFile> openFiles() {
        return world.openFiles();
    }

    /**
     * Checks that nothing is open.
     *
     * @throws AssertionError if something is; for each file, a suppressed exception has the stack that opened it
     */
    public void requireAllClosed() {
        List<OpenFile> open = openFiles();
        if (!open.isEmpty()) {
            AssertionError error = new AssertionError(
                    "left open: " + open.stream().map(OpenFile::path).toList());
            open.forEach(file -> error.addSuppressed(file.opener()));
            throw error;
        }
    }

    /** The directory. */
    @Override
    public String toString() {
        return "FaultyFileSystem[" + real + "]";
    }
}
