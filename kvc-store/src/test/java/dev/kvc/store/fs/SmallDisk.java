package dev.kvc.store.fs;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A real file system of a few MiB: a tmpfs, which only root may mount, and not in every container. */
final class SmallDisk implements AutoCloseable {
    private final Path root;

    private SmallDisk(Path root) {
        this.root = root;
    }

    /** Mounts one at an empty directory, or skips the test and says why. */
    static SmallDisk mount(Path directory, int mebibytes) throws IOException {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "a tmpfs is mounted on Linux alone");
        String said = run(List.of(
                "mount", "-t", "tmpfs", "-o", "mode=0700,size=" + mebibytes + "m", "kvc-test", directory.toString()));
        assumeTrue(said.isEmpty(), () -> "no tmpfs can be mounted here: " + said);
        return new SmallDisk(directory);
    }

    Path root() {
        return root;
    }

    @Override
    public void close() throws IOException {
        String said = run(List.of("umount", "--lazy", root.toString()));
        if (!said.isEmpty()) {
            throw new IOException("cannot unmount " + root + ": " + said);
        }
    }

    /** What the command complains of; nothing if it succeeds. */
    private static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        int code = process.onExit().join().exitValue();
        return code == 0 ? "" : command.get(0) + " exited with " + code + ": " + said;
    }
}
