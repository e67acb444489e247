package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.bytes;
import static dev.kvc.store.fs.Fixtures.draft;
import static dev.kvc.store.fs.Fixtures.payload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.Snapshot;
import dev.kvc.store.VerifyOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clocks that jump, and files whose times no clock has said: nothing is lost by it, and nothing lives for ever. */
class ClocksTest {
    private static final long EACH = 52 + 1 + 1_000 + 44;

    private final SettableClock clock = new SettableClock();

    @TempDir
    Path directory;

    private FileSystemKvStore.Builder builder() {
        return FileSystemKvStore.builder(directory)
                .budget(DataSize.ofBytes(3 * EACH))
                .lowWatermark(0)
                .clock(clock);
    }

    private static void assertServed(FileSystemKvStore store, String text) throws IOException {
        try (Snapshot snapshot = store.load(KvcKey.of(text)).orElseThrow()) {
            assertThat(snapshot.payload().toByteArray()).isEqualTo(payload(1_000, text.hashCode()));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, -400, -30_000, 1, 400, 1_000_000, 300_000_000})
    void a_clock_that_jumps_by_days_loses_nothing_and_hinders_nobody(long days) throws IOException {
        try (FileSystemKvStore store = builder().open()) {
            store.save(draft("a", 1_000));
            store.save(draft("b", 1_000));
            clock.advance(Duration.ofDays(days));
            assertServed(store, "a");
            store.save(draft("c", 1_000));
            store.loadLongestPrefix(PrefixQuery.of("cd")).orElseThrow().close();
            assertThat(store.save(draft("d", 1_000)).evicted()).isEqualTo(1);
            assertThat(store.stats().bytes()).isEqualTo(3 * EACH);
            clock.advance(Duration.ofDays(-days));
            assertServed(store, "d");
            assertThat(store.save(draft("e", 1_000)).evicted()).isEqualTo(1);
            assertServed(store, "e");
        }
        assertThat(builder().verify(VerifyOptions.DEFAULT).verified()).isEqualTo(3);
    }

    @Test
    void a_clock_that_jumps_back_ends_no_snapshot_by_age_and_none_lives_longer_for_it_than_by_the_clock()
            throws IOException {
        try (FileSystemKvStore store =
                builder().maxAge(Duration.ofDays(2)).maxIdle(Duration.ofDays(2)).open()) {
            store.save(draft("a", 1_000));
            clock.advance(Duration.ofHours(-20));
            assertServed(store, "a");
            clock.advance(Duration.ofDays(-1000));
            store.evictToBudget();
            assertThat(store.contains(KvcKey.of("a"))).isFalse(); // from a future that far away, its times count as 0
        }
    }

    private void place(String text, long createdUnix, long lastUsedUnix) throws IOException {
        KvcHeader header = KvcHeader.builder()
                .tokenCount(text.length())
                .createdUnix(createdUnix)
                .lastUsedUnix(lastUsedUnix)
                .build();
        byte[] file = Fixtures.referenceFile(header, bytes(text), payload(1_000, text.hashCode()));
        Files.write(directory.resolve(FileNames.snapshot(KvcKey.of(text))), file);
    }

    static List<EvictionPolicyFactory> policies() {
        return List.of(
                EvictionPolicies.load().byName("lru"),
                EvictionPolicies.load().byName("size-weighted"),
                EvictionPolicies.load().byName("ds4"));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void times_from_2_to_the_63_on_are_read_kept_and_make_nothing_immortal(EvictionPolicyFactory policy)
            throws IOException {
        place("a", Long.MIN_VALUE, Long.MIN_VALUE);
        place("b", -1, -1);
        place("c", Long.MAX_VALUE, -1);
        try (FileSystemKvStore store =
                builder().policy(policy).maxIdle(Duration.ofDays(100_000)).open()) {
            assertThat(store.openReport().snapshots()).isEqualTo(3);
            assertThat(store.stat(KvcKey.of("b")).orElseThrow().header().createdUnix())
                    .isEqualTo(-1);
            assertThat(store.match(PrefixQuery.of("bed")).best()).isPresent();
            assertServed(store, "b");
            assertThat(store.stat(KvcKey.of("b")).orElseThrow().header().lastUsedUnix())
                    .isEqualTo(clock.unix());
            assertThat(store.stat(KvcKey.of("b")).orElseThrow().toString()).isNotBlank();
            for (String text : new String[] {"d", "e", "f"}) {
                clock.advance(Duration.ofSeconds(1));
                assertThat(store.save(draft(text, 956)).isLoadable()).isTrue();
            }
            assertThat(store.contains(KvcKey.of("a"))).isFalse();
            assertThat(store.contains(KvcKey.of("c"))).isFalse();
        }
    }
}
