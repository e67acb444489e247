package dev.kvc.faultfs;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** The same around a file system in memory. */
class FaultyJimfsTest extends FaultyFileSystemTest {
    private FileSystem jimfs;

    @Override
    Path directory() throws IOException {
        jimfs = Jimfs.newFileSystem(Configuration.unix().toBuilder()
                .setAttributeViews("basic", "posix")
                .build());
        return Files.createDirectories(jimfs.getPath("/cache"));
    }

    @AfterEach
    void close() throws IOException {
        jimfs.close();
    }
}
