package dev.kvc.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples run by the command that their Javadoc gives, from the class path; and as modules. */
class CommandLineTest {
    @TempDir
    private Path temp;

    @ParameterizedTest
    @ValueSource(
            classes = {
                PlainStore.class,
                TieredCache.class,
                CachedEngine.class,
                GuiceCaches.class,
                OwnPolicy.class,
                OwnStore.class,
                SharedPrefix.class
            })
    void exampleRunsFromTheClassPath(Class<?> example) throws Exception {
        run("-cp", everything(), example.getName());
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                PlainStore.class,
                TieredCache.class,
                CachedEngine.class,
                GuiceCaches.class,
                OwnPolicy.class,
                OwnStore.class,
                SharedPrefix.class
            })
    void exampleRunsFromTheModulePath(Class<?> example) throws Exception {
        run("-p", everything(), "-m", "dev.kvc.examples/" + example.getName());
    }

    private static String everything() {
        return System.getProperty("jdk.module.path") + File.pathSeparator + System.getProperty("java.class.path");
    }

    private void run(String... arguments) throws Exception {
        Path printed = temp.resolve("printed");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")); // which start sooner
        command.addAll(List.of(arguments));
        command.add(temp.resolve("work").toString());
        Process process = new ProcessBuilder(command)
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
