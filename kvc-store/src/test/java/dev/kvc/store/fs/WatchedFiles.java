package dev.kvc.store.fs;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * The real file system behind a provider that asks a {@link Watch} before each operation, which may count it or make it
 * fail. Root may do everything, so modes of files cannot make anything fail there.
 */
final class WatchedFiles extends FileSystemProvider {
    /** What is about to be done to a file. */
    enum Operation {
        OPEN,
        /** Follows {@code OPEN} where the channel is for writing too. */
        OPEN_TO_WRITE,
        LIST,
        MAKE_DIRECTORY,
        DELETE,
        MOVE,
        READ_ACCESS,
        WRITE_ACCESS
    }

    /** Is asked before each operation; the path is the real one. Safe from any thread. */
    interface Watch {
        void before(Operation operation, Path path) throws IOException;
    }

    private final Watch watch;
    private final FileSystem fileSystem;
    private final FileSystem real;
    private final FileSystemProvider provider;

    private WatchedFiles(Watch watch, FileSystem real) {
        this.watch = watch;
        this.real = real;
        this.provider = real.provider();
        this.fileSystem = new WatchedFileSystem();
    }

    /** The same file, reached through a provider that {@code watch} watches. */
    static Path watched(Path file, Watch watch) {
        return new WatchedFiles(watch, file.getFileSystem()).wrap(file.toAbsolutePath());
    }

    private Path wrap(Path path) {
        return (Path)
                Proxy.newProxyInstance(Path.class.getClassLoader(), new Class<?>[] {Path.class}, new Wrapped(path));
    }

    private static Object unwrap(Object value) {
        return value != null && Proxy.isProxyClass(value.getClass())
                ? ((Wrapped) Proxy.getInvocationHandler(value)).path
                : value;
    }

    private static Path unwrap(Path path) {
        return (Path) unwrap((Object) path);
    }

    /** A path of ours: the real one with another file system. */
    private final class Wrapped implements InvocationHandler {
        private final Path path;

        Wrapped(Path path) {
            this.path = path;
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
            if (method.getName().equals("getFileSystem")) {
                return fileSystem;
            }
            Object[] plain = arguments == null ? new Object[0] : arguments.clone();
            for (int i = 0; i < plain.length; i++) {
                plain[i] = unwrap(plain[i]);
            }
            try {
                Object result = method.invoke(path, plain);
                return result instanceof Path made ? wrap(made) : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }

    private Path ask(Operation operation, Path path) throws IOException {
        Path plain = unwrap(path);
        watch.before(operation, plain);
        return plain;
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        Path plain = ask(Operation.OPEN, path);
        if (options.contains(StandardOpenOption.WRITE)) {
            watch.before(Operation.OPEN_TO_WRITE, plain);
        }
        return provider.newFileChannel(plain, options, attributes);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return provider.newByteChannel(ask(Operation.OPEN, path), options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path directory, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        DirectoryStream<Path> names = provider.newDirectoryStream(ask(Operation.LIST, directory), filter);
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return StreamSupport.stream(names.spliterator(), false)
                        .map(WatchedFiles.this::wrap)
                        .iterator();
            }

            @Override
            public void close() throws IOException {
                names.close();
            }
        };
    }

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
        provider.createDirectory(ask(Operation.MAKE_DIRECTORY, directory), attributes);
    }

    @Override
    public void createLink(Path link, Path existing) throws IOException {
        provider.createLink(unwrap(link), unwrap(existing));
    }

    @Override
    public void delete(Path path) throws IOException {
        provider.delete(ask(Operation.DELETE, path));
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
        provider.copy(unwrap(source), unwrap(target), options);
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        provider.move(ask(Operation.MOVE, source), unwrap(target), options);
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        for (AccessMode mode : modes) {
            ask(mode == AccessMode.WRITE ? Operation.WRITE_ACCESS : Operation.READ_ACCESS, path);
        }
        provider.checkAccess(unwrap(path), modes);
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
        return provider.isSameFile(unwrap(path), unwrap(other));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
        return provider.isHidden(unwrap(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        return provider.getFileStore(unwrap(path));
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
        return provider.getFileAttributeView(unwrap(path), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return provider.readAttributes(unwrap(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String names, LinkOption... options) throws IOException {
        return provider.readAttributes(unwrap(path), names, options);
    }

    @Override
    public void setAttribute(Path path, String name, Object value, LinkOption... options) throws IOException {
        provider.setAttribute(unwrap(path), name, value, options);
    }

    @Override
    public String getScheme() {
        return "watched";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException("begin with watched()");
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        throw new UnsupportedOperationException("begin with watched()");
    }

    @Override
    public Path getPath(URI uri) {
        throw new UnsupportedOperationException("begin with watched()");
    }

    /** Nothing but the provider differs. */
    private final class WatchedFileSystem extends FileSystem {
        @Override
        public FileSystemProvider provider() {
            return WatchedFiles.this;
        }

        @Override
        public void close() {
            throw new UnsupportedOperationException("the real file system stays open");
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public boolean isReadOnly() {
            return real.isReadOnly();
        }

        @Override
        public String getSeparator() {
            return real.getSeparator();
        }

        @Override
        public Iterable<Path> getRootDirectories() {
            return List.of(wrap(real.getRootDirectories().iterator().next()));
        }

        @Override
        public Iterable<FileStore> getFileStores() {
            return real.getFileStores();
        }

        @Override
        public Set<String> supportedFileAttributeViews() {
            return real.supportedFileAttributeViews();
        }

        @Override
        public Path getPath(String first, String... more) {
            return wrap(real.getPath(first, more));
        }

        @Override
        public PathMatcher getPathMatcher(String pattern) {
            PathMatcher matcher = real.getPathMatcher(pattern);
            return path -> matcher.matches(unwrap(path));
        }

        @Override
        public UserPrincipalLookupService getUserPrincipalLookupService() {
            return real.getUserPrincipalLookupService();
        }

        @Override
        public WatchService newWatchService() throws IOException {
            return real.newWatchService();
        }
    }
}
