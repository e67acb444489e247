package dev.kvc.faultfs;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import org.jspecify.annotations.Nullable;

/** The real volume, with no more free space than the limit leaves. */
final class LimitedFileStore extends FileStore {
    private final World world;
    private final FileStore real;

    LimitedFileStore(World world, FileStore real) {
        this.world = world;
        this.real = real;
    }

    @Override
    public String name() {
        return real.name();
    }

    @Override
    public String type() {
        return real.type();
    }

    @Override
    public boolean isReadOnly() {
        return real.isReadOnly();
    }

    @Override
    public long getTotalSpace() throws IOException {
        return real.getTotalSpace();
    }

    @Override
    public long getUsableSpace() throws IOException {
        return Math.min(real.getUsableSpace(), world.freeSpace());
    }

    @Override
    public long getUnallocatedSpace() throws IOException {
        return Math.min(real.getUnallocatedSpace(), world.freeSpace());
    }

    @Override
    public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
        return real.supportsFileAttributeView(type);
    }

    @Override
    public boolean supportsFileAttributeView(String name) {
        return real.supportsFileAttributeView(name);
    }

    @Override
    public <V extends FileStoreAttributeView> @Nullable V getFileStoreAttributeView(Class<V> type) {
        return real.getFileStoreAttributeView(type);
    }

    @Override
    public Object getAttribute(String attribute) throws IOException {
        return real.getAttribute(attribute);
    }
}
