package dev.kvc.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Inject;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.ProvisionException;
import com.google.inject.Stage;
import com.google.inject.name.Named;
import com.google.inject.name.Names;
import com.google.inject.spi.Elements;
import com.google.inject.util.Modules;
import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.eviction.EvictionPolicy;
import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SaveResult;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.StoreListener;
import dev.kvc.store.StoreUri;
import dev.kvc.store.fs.FileSystemKvStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KvcModuleTest {
    private static final DataSize BUDGET = DataSize.ofMebibytes(64);
    private static final Key<KvStore> SESSIONS = Key.get(KvStore.class, Names.named("sessions"));

    @TempDir
    Path temp;

    private final FakeStores fakes = new FakeStores();
    private final List<Injector> injectors = new ArrayList<>();

    @AfterEach
    void closeCaches() throws IOException {
        for (Injector injector : injectors) {
            if (injector.getExistingBinding(Key.get(KvcCaches.class)) != null) {
                injector.getInstance(KvcCaches.class).close();
            }
        }
    }

    private Injector inject(Stage stage, Module... modules) {
        Injector injector = Guice.createInjector(stage, modules);
        injectors.add(injector);
        return injector;
    }

    private Injector inject(Module... modules) {
        return inject(Stage.DEVELOPMENT, modules);
    }

    private Module fakeProvider() {
        return binder -> KvcModule.providers(binder).addBinding("fake").toInstance(fakes);
    }

    private static KvcModule module(Consumer<CacheBuilder> cache) {
        return KvcModule.builder().cache(cache).build();
    }

    private KvcModule onDisk(String directory) {
        return module(cache -> cache.disk(temp.resolve(directory), BUDGET));
    }

    private static void save(KvStore store, String text) throws IOException {
        SaveResult result = store.save(SnapshotDraft.builder()
                .text(text)
                .payload(PayloadSource.of(new byte[100]))
                .build());
        assertThat(result.isLoadable()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = Stage.class,
            names = {"DEVELOPMENT", "PRODUCTION"})
    void aDirectoryKeepsWhatWasSavedForTheNextInjector(Stage stage) throws IOException {
        Injector first = inject(stage, onDisk("cache"));
        save(first.getInstance(KvStore.class), "hello world");
        first.getInstance(KvcCaches.class).close();

        KvStore store = inject(stage, onDisk("cache")).getInstance(KvStore.class);

        SnapshotDraft hello = SnapshotDraft.builder()
                .text("hello world")
                .payload(PayloadSource.of(new byte[0]))
                .build();
        try (Snapshot snapshot = store.load(hello.textKey()).orElseThrow()) {
            assertThat(snapshot.payload().size()).isEqualTo(100);
        }
    }

    @Test
    void oneStoreIsNotWrappedInTiers() {
        assertThat(inject(onDisk("cache")).getInstance(KvStore.class)).isInstanceOf(FileSystemKvStore.class);
    }

    @Test
    void configuringTouchesNoFileUntilTheCacheIsFirstUsed() {
        Path directory = temp.resolve("not/yet");
        Injector injector = inject(module(cache -> cache.disk(directory, BUDGET)));
        Injector child = injector.createChildInjector();
        injector.getInstance(KvcCaches.class).names();
        assertThat(temp).isEmptyDirectory();

        child.getInstance(KvStore.class);

        assertThat(directory).isDirectory();
    }

    @Test
    void collectingTheElementsTouchesNoFileEvenInProduction() {
        Elements.getElements(Stage.PRODUCTION, onDisk("cache"));
        Guice.createInjector(Stage.TOOL, onDisk("cache"));

        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void productionOpensEveryCacheWhileTheInjectorIsMade() {
        inject(Stage.PRODUCTION, onDisk("cache"));

        assertThat(temp.resolve("cache")).isDirectory();
    }

    @Test
    void eachNameIsACacheOfItsOwnBesideTheOneWithout() throws IOException {
        Injector injector = inject(KvcModule.builder()
                .cache(cache -> cache.disk(temp.resolve("plain"), BUDGET))
                .cache("sessions", cache -> cache.disk(temp.resolve("sessions"), BUDGET))
                .cache("Tools_2", cache -> cache.disk(temp.resolve("tools"), BUDGET))
                .build());

        User user = injector.getInstance(User.class);
        save(user.sessions, "only here");

        assertThat(user.plain.list()).isEmpty();
        assertThat(user.sessions.list()).hasSize(1);
        assertThat(injector.getInstance(SESSIONS)).isSameAs(user.sessions);
        assertThat(user.caches.names()).containsExactly("Tools_2", "default", "sessions");
        assertThat(user.caches.get("sessions")).isSameAs(user.sessions);
        assertThat(user.caches.get(KvcCaches.DEFAULT)).isSameAs(user.plain);
    }

    /** What an application does. Public, since Guice comes from outside this module. */
    public static final class User {
        final KvStore plain;
        final KvStore sessions;
        final KvcCaches caches;

        @Inject
        public User(KvStore plain, @Named("sessions") KvStore sessions, KvcCaches caches) {
            this.plain = plain;
            this.sessions = sessions;
            this.caches = caches;
        }
    }

    @Test
    void propertiesSayTheSameAsCode() {
        Properties properties = new Properties();
        properties.setProperty("kvc.disk.dir", temp.resolve("plain").toString());
        properties.setProperty("kvc.disk.budget", "128MiB");
        properties.setProperty("kvc.disk.max-age", "30d");
        properties.setProperty("kvc.disk.max-idle", "12h");
        properties.setProperty("kvc.disk.min-free", "1MiB");
        properties.setProperty("kvc.disk.low-watermark", "0.1");
        properties.setProperty("kvc.disk.durability", "fsync");
        properties.setProperty("kvc.disk.past-cache", "1GiB");
        properties.setProperty("kvc.disk.max-text", "1MiB");
        properties.setProperty("kvc.disk.read-threads", "2");
        properties.setProperty("kvc.policy", "lru");
        properties.setProperty(
                "kvc.cache.sessions.disk.dir", temp.resolve("sessions").toString());
        properties.setProperty("kvc.cache.sessions.disk.budget", "1 GiB");
        properties.setProperty("server.port", "not ours");

        Injector injector = inject(KvcModule.builder().properties(properties).build());

        assertThat(injector.getInstance(KvStore.class).stats().budgetBytes())
                .isEqualTo(DataSize.ofMebibytes(128).bytes());
        assertThat(injector.getInstance(SESSIONS).stats().budgetBytes())
                .isEqualTo(DataSize.ofGibibytes(1).bytes());
    }

    @Test
    void codeAndPropertiesMaySayDifferentThingsOfOneCache() {
        Properties defaults = new Properties();
        defaults.setProperty("kvc.policy", "lru");

        Injector injector = inject(KvcModule.builder()
                .properties(new Properties(defaults))
                .cache(cache -> cache.disk(temp.resolve("cache"), BUDGET))
                .build());

        assertThat(injector.getInstance(KvStore.class)).isNotNull();
    }

    @Test
    void anApplicationsProviderOpensItsScheme() {
        Injector injector = inject(fakeProvider(), module(cache -> cache.store("FAKE:somewhere?x=1")));

        FakeStores.Fake store = (FakeStores.Fake) injector.getInstance(KvStore.class);

        assertThat(store.uri.location()).isEqualTo("somewhere");
        assertThat(store.uri.parameters()).containsEntry("x", "1");
    }

    @Test
    void anApplicationsProviderComesBeforeAnInstalledOne() {
        Injector injector = inject(
                binder -> KvcModule.providers(binder).addBinding("file").toInstance(fakes),
                module(cache -> cache.store("file:///nowhere")));

        assertThat(injector.getInstance(KvStore.class)).isInstanceOf(FakeStores.Fake.class);
    }

    @Test
    void anApplicationsPolicyIsFoundByTheNameItIsBoundUnder() throws IOException {
        EvictionPolicyFactory lru = EvictionPolicies.lru();
        List<SnapshotId> told = new ArrayList<>();
        EvictionPolicyFactory mine = new EvictionPolicyFactory() {
            @Override
            public String name() {
                return "watching-lru";
            }

            @Override
            public EvictionPolicy create() {
                return new WatchingPolicy(lru.create(), told);
            }
        };
        Injector injector = inject(
                binder -> KvcModule.policies(binder).addBinding("mine").toInstance(mine),
                module(cache -> cache.disk(temp.resolve("cache"), BUDGET).policy("mine")));

        save(injector.getInstance(KvStore.class), "a");

        assertThat(told).hasSize(1);
    }

    @Test
    void anUnknownPolicyIsToldTogetherWithThoseThereAre() {
        Injector injector = inject(
                binder -> KvcModule.policies(binder).addBinding("mine").toInstance(EvictionPolicies.lru()),
                KvcModule.builder()
                        .cache(
                                "sessions",
                                cache -> cache.disk(temp.resolve("cache"), BUDGET)
                                        .policy("theirs"))
                        .build());

        assertThatThrownBy(() -> injector.getInstance(SESSIONS))
                .isInstanceOf(ProvisionException.class)
                .hasMessageContaining("cache \"sessions\"")
                .hasMessageContaining("kvc.cache.sessions.*: policy is \"theirs\"")
                .hasMessageContaining("lru")
                .hasMessageContaining("mine");
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void anUnknownSchemeIsToldTogetherWithThoseThereAre() {
        Injector injector = inject(fakeProvider(), module(cache -> cache.store("carrier-pigeon:home")));

        assertThatThrownBy(() -> injector.getInstance(KvStore.class))
                .isInstanceOf(ProvisionException.class)
                .hasMessageContaining("cache \"default\"")
                .hasMessageContaining("carrier-pigeon")
                .hasMessageContaining("fake, file");
    }

    @Test
    void whatCannotBeOpenedIsToldWithItsCacheAndCause() throws IOException {
        Path file = Files.createFile(temp.resolve("file"));
        KvcModule module = KvcModule.builder()
                .cache("sessions", cache -> cache.disk(file, BUDGET))
                .build();

        assertThatThrownBy(() -> inject(module).getInstance(SESSIONS))
                .isInstanceOf(ProvisionException.class)
                .hasMessageContaining("cache \"sessions\" (directory " + file + ") cannot be opened")
                .hasRootCauseInstanceOf(IOException.class);
        assertThatThrownBy(() -> inject(Stage.PRODUCTION, module))
                .isInstanceOf(CreationException.class)
                .hasMessageContaining("cache \"sessions\" (directory " + file + ") cannot be opened");
    }

    @Test
    void theClockAndTheListenersReachEveryStore() throws IOException {
        List<SnapshotId> saved = new ArrayList<>();
        InstantSource clock = InstantSource.fixed(Instant.ofEpochSecond(1_000));
        StoreListener listener = new StoreListener() {
            @Override
            public void saved(SnapshotId id, SaveResult result) {
                saved.add(id);
            }
        };
        Injector injector = inject(
                fakeProvider(),
                binder -> {
                    KvcModule.clock(binder).toInstance(clock);
                    KvcModule.listeners(binder).addBinding().toInstance(listener);
                },
                KvcModule.builder()
                        .cache(cache -> cache.disk(temp.resolve("cache"), BUDGET))
                        .cache("sessions", cache -> cache.store("fake:x"))
                        .build());

        KvStore store = injector.getInstance(KvStore.class);
        save(store, "a");
        injector.getInstance(SESSIONS);

        assertThat(store.list().map(snapshot -> snapshot.header().createdUnix()))
                .containsExactly(1_000L);
        assertThat(saved).hasSize(1);
        assertThat(fakes.environments.get(0).clock()).isSameAs(clock);
        assertThat(fakes.environments.get(0).listeners()).containsExactly(listener);
    }

    @Test
    void aResilientCacheTurnsFailuresIntoOutcomes() throws IOException {
        SnapshotDraft draft = SnapshotDraft.builder()
                .text("a")
                .payload(PayloadSource.of(new byte[1]))
                .build();
        Injector injector = inject(
                fakeProvider(),
                KvcModule.builder()
                        .cache(cache -> cache.store("fake:x").resilient())
                        .cache("sessions", cache -> cache.store("fake:x"))
                        .build());

        assertThat(injector.getInstance(KvStore.class).save(draft).outcome()).isEqualTo(SaveResult.Outcome.FAILED);
        assertThatThrownBy(() -> injector.getInstance(SESSIONS).save(draft)).isInstanceOf(IOException.class);
    }

    @Test
    void overridingReplacesAWholeCacheWhichThenIsNotOursToClose() throws IOException {
        KvcModule real = KvcModule.builder()
                .cache(cache -> cache.store("fake:plain"))
                .cache("sessions", cache -> cache.disk(temp.resolve("cache"), BUDGET))
                .build();
        KvStore mine = fakes.open(StoreUri.parse("fake:mine"), StoreEnvironment.system());
        Injector injector = inject(Modules.override(real, fakeProvider())
                .with(binder -> binder.bind(SESSIONS).toInstance(mine)));

        assertThat(injector.getInstance(SESSIONS)).isSameAs(mine);
        KvcCaches caches = injector.getInstance(KvcCaches.class);
        assertThat(caches.get("sessions")).isSameAs(mine);
        injector.getInstance(KvStore.class);
        caches.close();

        assertThat(fakes.events).containsExactly("open fake:mine", "open fake:plain", "close fake:plain");
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void overridingReplacesACacheByAnotherConfigurationOfIt() {
        Injector injector = inject(
                Modules.override(onDisk("real")).with(fakeProvider(), module(cache -> cache.store("fake:test"))));

        assertThat(injector.getInstance(KvStore.class)).isInstanceOf(FakeStores.Fake.class);
        assertThat(injector.getInstance(KvcCaches.class).names()).containsExactly("default");
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void overridingReplacesDefaults() {
        InstantSource clock = InstantSource.fixed(Instant.EPOCH);
        Injector injector = inject(Modules.override(fakeProvider(), module(cache -> cache.store("fake:x")))
                .with(binder -> KvcModule.clock(binder).toInstance(clock)));

        injector.getInstance(KvStore.class);

        assertThat(fakes.environments.get(0).clock()).isSameAs(clock);
    }

    @Test
    void severalModulesMakeOneSetOfCaches() throws IOException {
        Injector injector = inject(
                fakeProvider(),
                module(cache -> cache.store("fake:plain")),
                KvcModule.builder()
                        .cache("sessions", cache -> cache.store("fake:sessions"))
                        .build());

        injector.getInstance(SESSIONS);
        injector.getInstance(KvStore.class);
        injector.getInstance(KvcCaches.class).close();

        assertThat(injector.getInstance(KvcCaches.class).names()).containsExactly("default", "sessions");
        assertThat(fakes.events)
                .containsExactly("open fake:sessions", "open fake:plain", "close fake:plain", "close fake:sessions");
    }

    @Test
    void oneNameInTwoModulesIsAnError() {
        assertThatThrownBy(() -> inject(
                        KvcModule.builder()
                                .cache("sessions", cache -> cache.store("fake:one"))
                                .build(),
                        KvcModule.builder()
                                .cache("sessions", cache -> cache.store("fake:two"))
                                .build()))
                .isInstanceOf(CreationException.class)
                .hasMessageContaining("KvStore annotated with @Named(\"sessions\")")
                .hasMessageContaining("bound multiple times");
    }

    @Test
    void injectorsShareNothingButTheModule() throws IOException {
        Module module = Modules.combine(fakeProvider(), module(cache -> cache.store("fake:x")));
        Injector one = inject(module);
        Injector other = inject(module);
        one.getInstance(KvStore.class);
        one.getInstance(KvcCaches.class).close();

        assertThat(other.getInstance(KvStore.class)).isNotSameAs(one.getInstance(KvStore.class));
        assertThat(fakes.events).containsExactly("open fake:x", "close fake:x", "open fake:x");
    }

    @Test
    void aChildInjectorUsesItsParentsCachesOrHasItsOwn() throws IOException {
        Injector parent = inject(fakeProvider(), module(cache -> cache.store("fake:parent")));
        Injector child =
                parent.createChildInjector(binder -> binder.bind(User.class).toProvider(() -> null));
        assertThat(child.getInstance(KvStore.class)).isSameAs(parent.getInstance(KvStore.class));

        Injector plain = Guice.createInjector();
        Injector one = plain.createChildInjector(fakeProvider(), module(cache -> cache.store("fake:one")));
        Injector two = plain.createChildInjector(fakeProvider(), module(cache -> cache.store("fake:two")));
        one.getInstance(KvStore.class);
        two.getInstance(KvStore.class);
        two.getInstance(KvcCaches.class).close();

        assertThat(fakes.events)
                .containsExactly("open fake:parent", "open fake:one", "open fake:two", "close fake:two");
    }

    @Test
    void worksWhereEveryBindingMustBeExplicit() {
        Injector injector = inject(
                new AbstractModule() {
                    @Override
                    protected void configure() {
                        binder().requireExplicitBindings();
                        binder().requireAtInjectOnConstructors();
                        binder().requireExactBindingAnnotations();
                        binder().disableCircularProxies();
                    }
                },
                onDisk("cache"));

        assertThat(injector.getInstance(KvStore.class)).isNotNull();
        assertThat(injector.getInstance(KvcCaches.class)).isNotNull();
    }

    @Test
    void nothingOfACacheIsVisibleButTheStore() {
        Injector injector = inject(onDisk("cache"));

        assertThat(injector.getExistingBinding(Key.get(CacheConfig.class))).isNull();
    }
}
