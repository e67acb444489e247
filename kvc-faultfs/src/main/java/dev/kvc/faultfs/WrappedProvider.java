package dev.kvc.faultfs;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The real provider, asked after the {@link World} was. */
final class WrappedProvider extends FileSystemProvider {
    private final World world;
    private final WrappedFileSystem fileSystem;
    private final FileSystemProvider real;

    WrappedProvider(World world, WrappedFileSystem fileSystem, FileSystemProvider real) {
        this.world = world;
        this.fileSystem = fileSystem;
        this.real = real;
    }

    private static Path unwrap(Path path) {
        return WrappedPath.unwrap(path);
    }

    /** As names are remembered. */
    private static Path key(Path path) {
        return path.toAbsolutePath().normalize();
    }

    // Open files

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        if (options.contains(StandardOpenOption.DELETE_ON_CLOSE)) {
            throw new UnsupportedOperationException("DELETE_ON_CLOSE");
        }
        Path plain = unwrap(path);
        Opening opening = Opening.of(plain, options);
        world.before(opening.operation, plain);
        if (opening.truncates) {
            world.before(Operation.TRUNCATE, plain);
        }
        return world.locked(opening.operation, plain, () -> open(plain, opening, options, attributes));
    }

    /** What opening a file does. */
    private record Opening(Operation operation, boolean truncates, boolean appends) {
        static Opening of(Path path, Set<? extends OpenOption> options) {
            boolean appends = options.contains(StandardOpenOption.APPEND);
            if (!appends && !options.contains(StandardOpenOption.WRITE)) {
                return new Opening(Operation.OPEN, false, false);
            }
            boolean exists = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
            boolean creates = !exists
                    && (options.contains(StandardOpenOption.CREATE) || options.contains(StandardOpenOption.CREATE_NEW));
            boolean truncates = exists
                    && options.contains(StandardOpenOption.TRUNCATE_EXISTING)
                    && !options.contains(StandardOpenOption.CREATE_NEW);
            return new Opening(creates ? Operation.CREATE : Operation.OPEN_WRITE, truncates, appends);
        }
    }

    private FileChannel open(
            Path path, Opening opening, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        Unflushed unflushed = world.unflushed();
        Path key = key(path);
        if (unflushed != null && opening.truncates) {
            unflushed.changing(unflushed.node(key));
        }
        FileChannel channel = real.newFileChannel(path, options, attributes);
        if (unflushed != null && opening.operation == Operation.CREATE) {
            unflushed.created(key);
        }
        Unflushed.@Nullable Node node = unflushed == null || Files.isDirectory(path) ? null : unflushed.node(key);
        return new WrappedChannel(world, key, node, channel, opening.appends);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path directory, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        Path plain = unwrap(directory);
        DirectoryStream<Path> names = world.read(
                Operation.LIST,
                plain,
                () -> real.newDirectoryStream(plain, name -> filter.accept(fileSystem.wrap(name))));
        return new WrappedDirectoryStream(world, plain, names, fileSystem::wrap);
    }

    // Names

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
        Path plain = unwrap(directory);
        world.change(Operation.CREATE_DIRECTORY, plain, () -> {
            real.createDirectory(plain, attributes);
            Unflushed unflushed = world.unflushed();
            if (unflushed != null) {
                unflushed.directoryCreated(key(plain));
            }
        });
    }

    @Override
    public void createLink(Path link, Path existing) throws IOException {
        Path plain = unwrap(link);
        Path target = unwrap(existing);
        link(plain, key(target), () -> real.createLink(plain, target));
    }

    @Override
    public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes) throws IOException {
        Path plain = unwrap(link);
        link(plain, null, () -> real.createSymbolicLink(plain, unwrap(target), attributes));
    }

    private void link(Path link, @Nullable Path existing, World.Step linking) throws IOException {
        world.change(Operation.LINK, link, () -> {
            linking.run();
            Unflushed unflushed = world.unflushed();
            if (unflushed != null) {
                unflushed.linked(key(link), existing);
            }
        });
    }

    @Override
    public Path readSymbolicLink(Path link) throws IOException {
        Path plain = unwrap(link);
        return fileSystem.wrap(world.read(Operation.READ_ATTRIBUTES, plain, () -> real.readSymbolicLink(plain)));
    }

    @Override
    public void delete(Path path) throws IOException {
        Path plain = unwrap(path);
        World.Step deletion = () -> real.delete(plain);
        world.change(Operation.DELETE, plain, () -> {
            Unflushed unflushed = world.unflushed();
            if (unflushed == null) {
                deletion.run();
            } else {
                unflushed.delete(key(plain), deletion);
            }
        });
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
        Path from = unwrap(source);
        Path to = unwrap(target);
        World.Step copying = () -> real.copy(from, to, options);
        world.change(Operation.COPY, to, () -> {
            world.requireSpace(to, Files.isRegularFile(from) ? Files.size(from) : 0);
            Unflushed unflushed = world.unflushed();
            if (unflushed == null) {
                copying.run();
            } else {
                unflushed.copy(key(to), copying);
            }
        });
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        Path from = unwrap(source);
        Path to = unwrap(target);
        World.Step moving = () -> real.move(from, to, options);
        world.change(Operation.MOVE, from, () -> {
            Unflushed unflushed = world.unflushed();
            if (unflushed == null) {
                moving.run();
            } else {
                unflushed.move(key(from), key(to), moving);
            }
        });
    }

    // Attributes

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
        Path plain = unwrap(path);
        return world.read(
                Operation.READ_ATTRIBUTES,
                plain,
                () -> other instanceof WrappedPath && real.isSameFile(plain, unwrap(other)));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
        Path plain = unwrap(path);
        return world.read(Operation.READ_ATTRIBUTES, plain, () -> real.isHidden(plain));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        Path plain = unwrap(path);
        FileStore store = world.read(Operation.FILE_STORE, plain, () -> real.getFileStore(plain));
        return world.isLimited() ? new LimitedFileStore(world, store) : store;
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        Path plain = unwrap(path);
        if (modes.length == 0) {
            world.before(Operation.READ_ATTRIBUTES, plain);
        }
        for (AccessMode mode : modes) {
            world.before(mode == AccessMode.WRITE ? Operation.WRITE_ACCESS : Operation.READ_ACCESS, plain);
        }
        real.checkAccess(plain, modes);
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        Path plain = unwrap(path);
        if (real.getFileAttributeView(plain, type, options) == null) {
            return null;
        } else if (type == BasicFileAttributeView.class) {
            return type.cast(new WrappedAttributes.Basic(
                    world, plain, real.getFileAttributeView(plain, BasicFileAttributeView.class, options)));
        } else if (type == PosixFileAttributeView.class) {
            return type.cast(new WrappedAttributes.Posix(
                    world, plain, real.getFileAttributeView(plain, PosixFileAttributeView.class, options)));
        }
        return null;
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        Path plain = unwrap(path);
        return world.read(Operation.READ_ATTRIBUTES, plain, () -> real.readAttributes(plain, type, options));
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String names, LinkOption... options) throws IOException {
        Path plain = unwrap(path);
        return world.read(Operation.READ_ATTRIBUTES, plain, () -> real.readAttributes(plain, names, options));
    }

    @Override
    public void setAttribute(Path path, String name, Object value, LinkOption... options) throws IOException {
        Path plain = unwrap(path);
        world.change(Operation.WRITE_ATTRIBUTES, plain, () -> real.setAttribute(plain, name, value, options));
    }

    // Not by URI

    @Override
    public String getScheme() {
        return "faulty";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw notByUri();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        throw notByUri();
    }

    @Override
    public Path getPath(URI uri) {
        throw notByUri();
    }

    private static UnsupportedOperationException notByUri() {
        return new UnsupportedOperationException("a faulty file system has no URI; begin with FaultyFileSystem.around");
    }
}
