package dev.kvc.faultfs;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import org.jspecify.annotations.Nullable;

/** A path of the real file system that says it belongs to ours. */
final class WrappedPath implements Path {
    private final WrappedFileSystem fileSystem;
    private final Path real;

    WrappedPath(WrappedFileSystem fileSystem, Path real) {
        this.fileSystem = fileSystem;
        this.real = real;
    }

    /** The real path behind one of ours. */
    static Path unwrap(Path path) {
        if (path instanceof WrappedPath wrapped) {
            return wrapped.real;
        }
        throw new ProviderMismatchException(path + " is no path of a faulty file system");
    }

    private Path wrap(Path path) {
        return new WrappedPath(fileSystem, path);
    }

    private @Nullable Path wrapOrNull(@Nullable Path path) {
        return path == null ? null : wrap(path);
    }

    @Override
    public FileSystem getFileSystem() {
        return fileSystem;
    }

    @Override
    public boolean isAbsolute() {
        return real.isAbsolute();
    }

    @Override
    public @Nullable Path getRoot() {
        return wrapOrNull(real.getRoot());
    }

    @Override
    public @Nullable Path getFileName() {
        return wrapOrNull(real.getFileName());
    }

    @Override
    public @Nullable Path getParent() {
        return wrapOrNull(real.getParent());
    }

    @Override
    public int getNameCount() {
        return real.getNameCount();
    }

    @Override
    public Path getName(int index) {
        return wrap(real.getName(index));
    }

    @Override
    public Path subpath(int beginIndex, int endIndex) {
        return wrap(real.subpath(beginIndex, endIndex));
    }

    @Override
    public boolean startsWith(Path other) {
        return other instanceof WrappedPath wrapped && real.startsWith(wrapped.real);
    }

    @Override
    public boolean endsWith(Path other) {
        return other instanceof WrappedPath wrapped && real.endsWith(wrapped.real);
    }

    @Override
    public Path normalize() {
        return wrap(real.normalize());
    }

    @Override
    public Path resolve(Path other) {
        return wrap(real.resolve(unwrap(other)));
    }

    @Override
    public Path relativize(Path other) {
        return wrap(real.relativize(unwrap(other)));
    }

    /** Names the real file: no URI leads back to this file system. */
    @Override
    public URI toUri() {
        return real.toUri();
    }

    @Override
    public Path toAbsolutePath() {
        return wrap(real.toAbsolutePath());
    }

    @Override
    public Path toRealPath(LinkOption... options) throws IOException {
        return wrap(fileSystem.world().read(Operation.READ_ATTRIBUTES, real, () -> real.toRealPath(options)));
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers)
            throws IOException {
        return real.register(watcher, events, modifiers);
    }

    @Override
    public int compareTo(Path other) {
        return real.compareTo(unwrap(other));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WrappedPath wrapped && fileSystem == wrapped.fileSystem && real.equals(wrapped.real);
    }

    @Override
    public int hashCode() {
        return real.hashCode();
    }

    @Override
    public String toString() {
        return real.toString();
    }
}
