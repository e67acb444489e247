package dev.kvc.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The examples run by the command that their Javadoc gives: from the class path, where everything is in the unnamed
 * module, while the other tests run inside modules.
 */
class CommandLineTest {
    @TempDir
    private Path temp;

    @ParameterizedTest
    @ValueSource(classes = {PlainStore.class, TieredCache.class, OwnPolicy.class, OwnStore.class})
    void exampleRunsFromTheClassPath(Class<?> example) throws Exception {
        Path printed = temp.resolve("printed");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("jdk.module.path")
                                + File.pathSeparator
                                + System.getProperty("java.class.path"),
                        example.getName(),
                        temp.resolve("work").toString())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        String output = Files.readString(printed, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(output).isZero();
        assertThat(output).isNotBlank();
    }
}
