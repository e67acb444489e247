package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.faultfs.Operation;
import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** U11: a file that cannot be deleted costs its own bytes; eviction goes on with the others. */
class UndeletableVictimTest {
    private static final int PAYLOAD = 10_000;
    private static final long EACH = 52 + 1 + PAYLOAD + 44;

    private final SettableClock clock = new SettableClock();
    private final Set<String> stuck = new HashSet<>();

    @TempDir
    Path directory;

    private FileSystemKvStore open(long budget) throws IOException {
        Path watched = Fixtures.watched(directory, this::refuse);
        return FileSystemKvStore.builder(watched)
                .budget(DataSize.ofBytes(budget))
                .lowWatermark(0)
                .maxAge(Duration.ofDays(30))
                .clock(clock)
                .open();
    }

    private void refuse(Operation operation, Path path) throws IOException {
        if (operation == Operation.DELETE && stuck.contains(path.getFileName().toString())) {
            throw new AccessDeniedException(path.toString());
        }
    }

    private void makeStuck(String text) {
        stuck.add(KvcKey.of(text) + ".kv");
    }

    /** Saves one after the other, so that the first is the first victim. */
    private SaveResult save(FileSystemKvStore store, String text) throws IOException {
        clock.advance(Duration.ofSeconds(1));
        return store.save(draft(text, PAYLOAD));
    }

    @Test
    void u11_a_save_passes_over_it_reports_it_and_evicts_the_next() throws IOException {
        makeStuck("a");
        try (FileSystemKvStore store = open(3 * EACH);
                CapturedLog log = new CapturedLog()) {
            save(store, "a");
            save(store, "b");
            save(store, "c");
            SaveResult result = save(store, "d");
            assertThat(result.outcome()).isEqualTo(Outcome.STORED);
            assertThat(result.evicted()).isEqualTo(1);
            assertThat(store.contains(KvcKey.of("b"))).isFalse();
            assertThat(store.stats().bytes()).isEqualTo(3 * EACH);
            assertThat(log.warnings())
                    .singleElement()
                    .asString()
                    .contains(KvcKey.of("a").hex(), "passed over");
            store.load(KvcKey.of("a")).orElseThrow().close();
        }
    }

    @Test
    void u11_every_later_save_makes_room_too() throws IOException {
        makeStuck("a");
        try (FileSystemKvStore store = open(3 * EACH)) {
            save(store, "a");
            for (char text = 'b'; text < 'z'; text++) {
                assertThat(save(store, String.valueOf(text)).outcome()).isEqualTo(Outcome.STORED);
            }
            assertThat(store.stats().bytes()).isEqualTo(3 * EACH);
            assertThat(store.stats().evictions()).isEqualTo(24 - 2);
        }
    }

    @Test
    void u11_a_save_is_refused_only_where_nothing_else_can_go() throws IOException {
        makeStuck("a");
        makeStuck("b");
        try (FileSystemKvStore store = open(2 * EACH)) {
            save(store, "a");
            save(store, "b");
            SaveResult result = save(store, "c");
            assertThat(result.outcome()).isEqualTo(Outcome.NO_ROOM);
            assertThat(result.evicted()).isZero();
            stuck.clear();
            assertThat(save(store, "c").outcome()).isEqualTo(Outcome.STORED);
        }
    }

    @Test
    void u11_evictToBudget_goes_on_with_the_others() throws IOException {
        try (FileSystemKvStore store = open(5 * EACH)) {
            for (String text : new String[] {"a", "b", "c", "d", "e"}) {
                save(store, text);
            }
        }
        makeStuck("a");
        try (FileSystemKvStore store = open(2 * EACH)) {
            assertThat(store.evictToBudget()).isEqualTo(3);
            assertThat(store.contains(KvcKey.of("a"))).isTrue();
            assertThat(store.contains(KvcKey.of("e"))).isTrue();
            assertThat(store.stats().bytes()).isEqualTo(2 * EACH);
        }
    }

    @Test
    void u11_what_is_too_old_and_cannot_be_deleted_does_not_keep_the_others_of_its_age() throws IOException {
        makeStuck("a");
        try (FileSystemKvStore store = open(5 * EACH)) {
            save(store, "a");
            save(store, "b");
            save(store, "c");
            clock.advance(Duration.ofDays(31));
            assertThat(store.evictToBudget()).isEqualTo(2);
            assertThat(store.evictToBudget()).isZero();
            assertThat(store.stats().bytes()).isEqualTo(EACH);
        }
    }
}
