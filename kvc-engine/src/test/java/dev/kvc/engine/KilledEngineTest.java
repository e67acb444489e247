package dev.kvc.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.PrefixQuery;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class KilledEngineTest {
    @TempDir
    private Path directory;

    @Test
    void u8_u13_engine_that_is_killed_during_a_save_loses_that_one_alone() throws Exception {
        killInTheMidstOfASave();
        assertThat(names()).as("before anybody cleans up").anyMatch(name -> name.endsWith(".tmp"));
        try (KvStore store = Stores.DIRECTORY.open(directory);
                PrefixCache cache = PrefixCache.builder(store)
                        .loadOptions(LoadOptions.DEFAULT.requiringVerified())
                        .build();
                Resumption resumption = cache.resume(PrefixQuery.of(KilledEngine.UNFINISHED))) {
            assertThat(resumption.textBytes()).isEqualTo(KilledEngine.SAVED.length());
            assertThat(resumption.payload().size()).isEqualTo(KilledEngine.BYTES);
        }
        assertThat(names()).noneMatch(name -> name.endsWith(".tmp"));
    }

    private void killInTheMidstOfASave() throws Exception {
        Process process = new ProcessBuilder(command())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).isEqualTo("half is written");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private List<String> command() throws URISyntaxException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String main = KilledEngine.class.getName();
        return List.of(java, "-Xmx128m", "-cp", classPath(), main, Stores.DIRECTORY.name(), directory.toString());
    }

    /** What this test runs on: its module path, its class path, and the test classes, which are patched in. */
    private static String classPath() throws URISyntaxException {
        Path tests = Path.of(Objects.requireNonNull(KilledEngine.class.getResource("KilledEngine.class"))
                .toURI());
        Path root = tests.resolve("../../../../..").normalize();
        return Stream.of(root.toString(), property("jdk.module.path"), property("java.class.path"))
                .filter(path -> !path.isEmpty())
                .collect(Collectors.joining(System.getProperty("path.separator")));
    }

    private static String property(String name) {
        return System.getProperty(name, "");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
