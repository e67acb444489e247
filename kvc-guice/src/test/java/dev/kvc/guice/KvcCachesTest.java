package dev.kvc.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.ProvisionException;
import com.google.inject.Stage;
import dev.kvc.store.KvStore;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class KvcCachesTest {
    private final FakeStores fakes = new FakeStores();

    private KvcCaches caches(Stage stage, String... names) {
        return inject(stage, names).getInstance(KvcCaches.class);
    }

    private Injector inject(Stage stage, String... names) {
        KvcModule.Builder module = KvcModule.builder();
        for (String name : names) {
            module.cache(name, cache -> cache.store("fake:" + name));
        }
        return Guice.createInjector(
                stage,
                module.build(),
                binder -> KvcModule.providers(binder).addBinding("fake").toInstance(fakes));
    }

    @Test
    void closesInTheReverseOrderOfOpeningAndOnlyOnce() throws IOException {
        KvcCaches caches = caches(Stage.DEVELOPMENT, "a", "b", "c");
        caches.get("b");
        caches.get("c");
        caches.get("a");
        caches.get("b");

        caches.close();
        caches.close();

        assertThat(fakes.events)
                .containsExactly(
                        "open fake:b", "open fake:c", "open fake:a", "close fake:a", "close fake:c", "close fake:b");
    }

    @Test
    void closingOpensNothing() throws IOException {
        KvcCaches caches = caches(Stage.DEVELOPMENT, "a", "b");
        caches.get("a");

        caches.close();

        assertThat(fakes.events).containsExactly("open fake:a", "close fake:a");
    }

    @Test
    void inProductionAllAreOpenAndAllAreClosed() throws IOException {
        caches(Stage.PRODUCTION, "a", "b").close();

        assertThat(fakes.events).containsExactly("open fake:a", "open fake:b", "close fake:b", "close fake:a");
    }

    @Test
    void closesTheOthersWhenSomeCannotBeClosed() {
        KvcCaches caches = caches(Stage.PRODUCTION, "a", "stuck-1", "stuck-2", "z");

        assertThatThrownBy(caches::close)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("stuck-2")
                .satisfies(e ->
                        assertThat(e.getSuppressed()).singleElement().asString().contains("stuck-1"));
        assertThat(fakes.events).endsWith("close fake:z", "close fake:stuck-2", "close fake:stuck-1", "close fake:a");
    }

    @Test
    void aCacheIsNotOpenedAfterTheOthersWereClosed() throws IOException {
        KvcCaches caches = caches(Stage.DEVELOPMENT, "a");
        caches.close();

        assertThatThrownBy(() -> caches.get("a"))
                .isInstanceOf(ProvisionException.class)
                .hasMessageContaining("cache \"a\"")
                .hasMessageContaining("have been closed");
        assertThat(fakes.events).isEmpty();
    }

    @Test
    void aCacheThatFailedMayBeAskedForAgain() {
        KvcCaches caches = caches(Stage.DEVELOPMENT, "broken", "a");

        assertThatThrownBy(() -> caches.get("broken")).isInstanceOf(ProvisionException.class);
        assertThatThrownBy(() -> caches.get("broken")).isInstanceOf(ProvisionException.class);

        assertThat(caches.get("a")).isNotNull();
        assertThat(fakes.events).containsExactly("open fake:a");
    }

    @Test
    void whenProductionCannotStartNothingStaysOpenAndEveryCauseIsTold() {
        assertThatThrownBy(() -> inject(Stage.PRODUCTION, "a", "broken-1", "broken-2", "z"))
                .isInstanceOf(CreationException.class)
                .hasMessageContaining("fake:broken-1 is out of order")
                .hasMessageContaining("fake:broken-2 is out of order")
                .satisfies(e ->
                        assertThat(((CreationException) e).getErrorMessages()).hasSize(2));

        assertThat(fakes.events).containsExactly("open fake:a", "close fake:a", "open fake:z", "close fake:z");
    }

    @Test
    void theTiersThatWereOpenAreClosedWhenOneCannotBe() {
        Injector injector = Guice.createInjector(
                binder -> KvcModule.providers(binder).addBinding("fake").toInstance(fakes),
                KvcModule.builder()
                        .cache(cache -> cache.store("fake:1").store("fake:2").store("fake:broken"))
                        .build());

        assertThatThrownBy(() -> injector.getInstance(KvStore.class))
                .isInstanceOf(ProvisionException.class)
                .hasMessageContaining("store fake:1, store fake:2, store fake:broken")
                .hasMessageContaining("out of order");
        assertThat(fakes.events).containsExactly("open fake:1", "open fake:2", "close fake:2", "close fake:1");
    }

    @Test
    void anUnknownNameIsToldTogetherWithThoseThereAre() {
        KvcCaches caches = caches(Stage.DEVELOPMENT, "a", "b");

        assertThatThrownBy(() -> caches.get("c"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no cache \"c\"; there are a, b");
    }

    @Test
    void namesCannotBeChanged() {
        assertThatThrownBy(() -> caches(Stage.DEVELOPMENT, "a").names().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }
}
