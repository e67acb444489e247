package dev.kvc.examples.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeLibraryTest {
    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, Linux/x86_64/libjllama.so",
        "Linux, aarch64, Linux/aarch64/libjllama.so",
        "Mac OS X, aarch64, Mac/aarch64/libjllama.dylib",
        "Mac OS X, x86_64, Mac/x86_64/libjllama.dylib"
    })
    void artifactHasTheLibraryOfTheSystem(String os, String arch, String path) {
        String resource = NativeLibrary.resource(os, arch);
        assertThat(resource).isEqualTo("de/kherud/llama/" + path);
        assertThat(ClassLoader.getSystemResource(resource)).isNotNull();
    }

    @Test
    void windowsIsRefusedByName() {
        assertThatThrownBy(() -> NativeLibrary.resource("Windows 11", "amd64"))
                .isInstanceOf(LlamaException.class)
                .hasMessageContaining("Windows 11");
    }

    @Test
    void loadingLeavesNoFile() throws IOException {
        Set<Path> before = unpacked();
        assertThat(NativeLibrary.load().find("llama_decode")).isPresent();
        assertThat(unpacked()).isEqualTo(before);
    }

    private static Set<Path> unpacked() throws IOException {
        try (Stream<Path> found = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return found.filter(each -> String.valueOf(each.getFileName()).startsWith("kvc-llama-"))
                    .collect(Collectors.toSet());
        }
    }
}
