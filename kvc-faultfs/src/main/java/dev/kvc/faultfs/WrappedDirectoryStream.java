package dev.kvc.faultfs;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.function.UnaryOperator;

/** A listing whose paths belong to our file system, and that is reported if it is left open. */
final class WrappedDirectoryStream implements DirectoryStream<Path> {
    private final World world;
    private final DirectoryStream<Path> real;
    private final UnaryOperator<Path> wrap;

    WrappedDirectoryStream(World world, Path directory, DirectoryStream<Path> real, UnaryOperator<Path> wrap) {
        this.world = world;
        this.real = real;
        this.wrap = wrap;
        world.opened(this, directory);
    }

    @Override
    public Iterator<Path> iterator() {
        Iterator<Path> names = real.iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return names.hasNext();
            }

            @Override
            public Path next() {
                return wrap.apply(names.next());
            }
        };
    }

    @Override
    public void close() throws IOException {
        world.closed(this);
        real.close();
    }
}
