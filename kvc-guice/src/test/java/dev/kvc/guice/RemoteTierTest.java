package dev.kvc.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.CreationException;
import com.google.inject.Guice;
import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.tier.Admission;
import dev.kvc.store.tier.Promotion;
import dev.kvc.store.tier.Tier;
import dev.kvc.store.tier.WriteMode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a store over a network stands, and those in front of it. */
class RemoteTierTest {
    @TempDir
    private Path directory;

    private List<KvStore> stores;

    @BeforeEach
    void open() throws IOException {
        stores = List.of(
                KvStores.open("memory:?budget=1MiB"),
                KvStores.open(directory.toUri() + "?budget=1MiB"),
                KvStores.open("fake:remote", StoreEnvironment.system(), List.of(new FakeStores())));
    }

    @AfterEach
    void close() throws IOException {
        for (KvStore store : stores) {
            store.close();
        }
    }

    @Test
    void storeOverANetworkIsNotWaitedFor() {
        Tier remote = new RemoteTier(Map.of()).of(stores, 2);
        assertThat(remote.writeMode()).isEqualTo(WriteMode.WRITE_BACK);
        assertThat(remote.admission()).isEqualTo(Admission.all());
        assertThat(remote.deadlineOrNull()).isEqualTo(Duration.ofSeconds(10));
        assertThat(remote.saveDeadlineOrNull()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void everySettingIsTaken() {
        Tier remote = new RemoteTier(Map.of(
                        "write-back", "false",
                        "min-tokens", "1000",
                        "on-second-hit", "true",
                        "deadline", "1s",
                        "save-deadline", "2s"))
                .of(stores, 2);
        assertThat(remote.writeMode()).isEqualTo(WriteMode.WRITE_THROUGH);
        assertThat(remote.admission()).isEqualTo(Admission.ofTokens(1000).orOnSecondHit());
        assertThat(remote.deadlineOrNull()).isEqualTo(Duration.ofSeconds(1));
        assertThat(remote.saveDeadlineOrNull()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void directoryInFrontOfItKeepsWhatCameOverTheNetwork() {
        RemoteTier tiers = new RemoteTier(Map.of());
        assertThat(tiers.of(stores, 1).promotion()).isEqualTo(Promotion.onFirstHit());
        assertThat(tiers.of(stores, 0).promotion()).isEqualTo(Promotion.onSecondHit());
        assertThat(tiers.of(stores.subList(0, 2), 1)).isEqualTo(Tier.of(stores.get(1)));
    }

    @Test
    void settingsOfARemoteNeedStores() {
        Properties properties = new Properties();
        properties.setProperty("kvc.memory.budget", "1MiB");
        properties.setProperty("kvc.remote.deadline", "0s");
        assertThatThrownBy(() -> Guice.createInjector(
                        KvcModule.builder().properties(properties).build()))
                .isInstanceOf(CreationException.class)
                .hasMessageContaining("kvc.remote.deadline is \"0s\"; it must be a duration such as "
                        + "90s, 15m, 12h, 30d or PT1H30M, above 0")
                .hasMessageContaining("it must not be set without kvc.stores");
    }
}
