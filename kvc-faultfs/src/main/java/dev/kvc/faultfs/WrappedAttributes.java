package dev.kvc.faultfs;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Views of attributes through which none is set once the world has stopped. */
final class WrappedAttributes {
    private WrappedAttributes() {}

    private static void change(World world, Path path, World.Step setting) throws IOException {
        world.change(Operation.WRITE_ATTRIBUTES, path, setting);
    }

    record Basic(World world, Path path, BasicFileAttributeView real) implements BasicFileAttributeView {
        @Override
        public String name() {
            return real.name();
        }

        @Override
        public BasicFileAttributes readAttributes() throws IOException {
            return world.read(Operation.READ_ATTRIBUTES, path, real::readAttributes);
        }

        @Override
        public void setTimes(@Nullable FileTime modified, @Nullable FileTime accessed, @Nullable FileTime created)
                throws IOException {
            change(world, path, () -> real.setTimes(modified, accessed, created));
        }
    }

    record Posix(World world, Path path, PosixFileAttributeView real) implements PosixFileAttributeView {
        @Override
        public String name() {
            return real.name();
        }

        @Override
        public PosixFileAttributes readAttributes() throws IOException {
            return world.read(Operation.READ_ATTRIBUTES, path, real::readAttributes);
        }

        @Override
        public void setTimes(@Nullable FileTime modified, @Nullable FileTime accessed, @Nullable FileTime created)
                throws IOException {
            change(world, path, () -> real.setTimes(modified, accessed, created));
        }

        @Override
        public UserPrincipal getOwner() throws IOException {
            return world.read(Operation.READ_ATTRIBUTES, path, real::getOwner);
        }

        @Override
        public void setOwner(UserPrincipal owner) throws IOException {
            change(world, path, () -> real.setOwner(owner));
        }

        @Override
        public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
            change(world, path, () -> real.setPermissions(permissions));
        }

        @Override
        public void setGroup(GroupPrincipal group) throws IOException {
            change(world, path, () -> real.setGroup(group));
        }
    }
}
