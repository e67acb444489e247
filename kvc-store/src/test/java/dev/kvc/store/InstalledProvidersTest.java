package dev.kvc.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The providers are found on the module path, where these tests run, and on the class path, where most users are. */
class InstalledProvidersTest {
    private static final Path SERVICES = Path.of("src/main/resources/META-INF/services");

    @Test
    void providersOfTheClassPathAreThoseOfTheModule() throws IOException {
        assertThat(Files.readAllLines(SERVICES.resolve(KvStoreProvider.class.getName())))
                .containsExactlyInAnyOrderElementsOf(KvStores.installedProviders().stream()
                        .map(provider -> provider.getClass().getName())
                        .toList());
    }

    @Test
    void memoryAndDirectoriesAreThere() {
        assertThat(KvStores.installedProviders())
                .extracting(KvStoreProvider::scheme)
                .contains("file", "memory");
    }
}
