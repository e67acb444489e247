package dev.kvc.faultfs;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/**
 * A rule of what goes wrong, and when: which operations, on which files, and which of them. Unless told otherwise it
 * strikes each time, and lets the operation fail before anything is done.
 *
 * <pre>{@code
 * Fault.on(Operation.WRITE).where(path -> path.toString().endsWith(".tmp")).at(3)
 * Fault.on(Operation.FORCE).failing(path -> new IOException(path + ": Input/output error"))
 * Fault.on(Operation.WRITE).randomly(0.1, seed).shortened()
 * }</pre>
 *
 * <p>Each method gives a rule of its own, with counts of its own; the one it is called on stays as it is. Safe from any
 * thread.
 */
public final class Fault {
    private final Set<Operation> operations;
    private final Predicate<Path> files;
    private final LongPredicate occasions;
    private final Strike strike;
    private final Extent extent;
    private final AtomicLong matches = new AtomicLong();
    private final AtomicLong strikes = new AtomicLong();

    private Fault(
            Set<Operation> operations, Predicate<Path> files, LongPredicate occasions, Strike strike, Extent extent) {
        this.operations = operations;
        this.files = files;
        this.occasions = occasions;
        this.strike = strike;
        this.extent = extent;
    }

    /** What is done just before an operation; what it throws, the operation throws. May block. */
    @FunctionalInterface
    public interface Strike {
        /** Is told of an operation, and of the file as the real file system names it. */
        void before(Operation operation, Path real) throws IOException;
    }

    /** How much of a write is done. */
    enum Extent {
        ALL,
        /** A part, of which the caller is told: legal, and often forgotten. */
        SHORT,
        /** A part, and then the strike. */
        TORN
    }

    /** A rule for some operations. */
    public static Fault on(Operation first, Operation... more) {
        return onThose(EnumSet.of(first, more));
    }

    /** A rule for all operations. */
    public static Fault onAny() {
        return onThose(EnumSet.allOf(Operation.class));
    }

    private static Fault onThose(Set<Operation> operations) {
        return new Fault(operations, file -> true, match -> true, Fault::fail, Extent.ALL);
    }

    /** A rule for operations that change what is on the disk. */
    public static Fault onChange() {
        Set<Operation> changes = EnumSet.allOf(Operation.class);
        changes.removeIf(operation -> !operation.isChange());
        return onThose(changes);
    }

    private static void fail(Operation operation, Path real) throws IOException {
        String why = operation + " fails on purpose";
        throw switch (operation) {
            case READ, WRITE, TRUNCATE, FORCE, LOCK -> new IOException(real + ": " + why);
            default -> new FileSystemException(real.toString(), null, why);
        };
    }

    /** The same, for the files, by the names that the real file system gives them, that {@code filter} accepts. */
    public Fault where(Predicate<Path> filter) {
        return new Fault(operations, filter, occasions, strike, extent);
    }

    /** The same, for the {@code n}-th match alone, counted from 1. */
    public Fault at(long n) {
        return new Fault(operations, files, match -> match == n, strike, extent);
    }

    /** The same, for the {@code n}-th match and all behind it, counted from 1. */
    public Fault from(long n) {
        return new Fault(operations, files, match -> match >= n, strike, extent);
    }

    /** The same, by chance: with one thread, the same seed strikes the same matches. */
    public Fault randomly(double probability, long seed) {
        Random random = new Random(seed); // is safe from any thread
        return new Fault(operations, files, match -> random.nextDouble() < probability, strike, extent);
    }

    /** The same, failing with what {@code exception} makes. */
    public Fault failing(Function<Path, IOException> exception) {
        return doing((operation, real) -> {
            throw exception.apply(real);
        });
    }

    /** The same, doing something, which need not fail. */
    public Fault doing(Strike action) {
        return new Fault(operations, files, occasions, action, extent);
    }

    /** The same, but a write is cut to its first half, at least one byte, and does not fail. */
    public Fault shortened() {
        return new Fault(operations, files, occasions, strike, Extent.SHORT);
    }

    /** The same, but the first half of a write reaches the file before it fails. */
    public Fault torn() {
        return new Fault(operations, files, occasions, strike, Extent.TORN);
    }

    /** How often it has struck. */
    public long strikes() {
        return strikes.get();
    }

    /** Strikes, if it is to; or says that it wants a part of a write to be done first. */
    boolean wantsPart(Operation operation, Path real) throws IOException {
        if (!operations.contains(operation) || !files.test(real) || !occasions.test(matches.incrementAndGet())) {
            return false;
        }
        strikes.incrementAndGet();
        if (operation == Operation.WRITE && extent != Extent.ALL) {
            return true;
        }
        strike.before(operation, real);
        return false;
    }

    /** The bytes of a write of {@code count} that are done. */
    int part(int count) {
        return extent == Extent.SHORT ? Math.max(Math.min(1, count), count / 2) : count / 2;
    }

    /** What follows a part of a write. */
    void afterPart(Path real) throws IOException {
        if (extent == Extent.TORN) {
            strike.before(Operation.WRITE, real);
        }
    }
}
