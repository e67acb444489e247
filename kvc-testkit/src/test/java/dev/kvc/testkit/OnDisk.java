package dev.kvc.testkit;

import dev.kvc.faultfs.MemoryDirectory;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/** The contract that is run on a real disk; all others, subclasses of it too, have directories in memory. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface OnDisk {
    /** Where scratch directories are made, by {@code junit-platform.properties}. */
    final class Scratch implements TempDirFactory {
        private static final long ROOM = 48L << 20;

        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test) throws IOException {
            return test.getRequiredTestClass().isAnnotationPresent(OnDisk.class)
                    ? Files.createTempDirectory("kvc")
                    : MemoryDirectory.create(ROOM);
        }
    }
}
