package dev.kvc.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.KvStore;
import dev.kvc.store.MissReason;
import dev.kvc.store.Snapshot;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is damaged or rejected is not served again, and nothing else is touched. */
class S3RejectTest extends S3Fixture {
    private static final String TEXT = "a text";
    private static final KvcKey KEY = KvcKey.of(TEXT);

    @Test
    void rejectRemovesTheObjectAndItsEntry() throws Exception {
        KvStore store = open("");
        save(store, draft(TEXT));
        try (Snapshot snapshot = store.load(KEY).orElseThrow()) {
            snapshot.reject();
        }
        assertThat(names()).isEmpty();
        assertThat(setAside).hasSize(1);
    }

    @Test
    void snapshotThatAnotherSavedMeanwhileIsNotTouched() throws Exception {
        KvStore ours = open("");
        ours.save(draft(TEXT));
        try (Snapshot snapshot = ours.load(KEY).orElseThrow()) {
            open("").save(draft(TEXT, bytes(9, 77)).build());
            snapshot.reject();
        }
        assertServed(ours, TEXT, bytes(9, 77));
        assertThat(setAside).isEmpty();
    }

    @Test
    void equalSnapshotThatAnotherSavedMeanwhileIsNotTouched() throws Exception {
        KvStore ours = open("");
        ours.save(draft(TEXT));
        try (Snapshot snapshot = ours.load(KEY).orElseThrow()) {
            open("").save(draft(TEXT));
            snapshot.reject();
        }
        assertServed(ours, TEXT);
    }

    @Test
    void damagedObjectIsAMissAndSetAside() throws Exception {
        open("").save(draft(TEXT));
        byte[] object = object(name(TEXT));
        object[200]++;
        put(name(TEXT), object);
        KvStore store = open("");
        assertThat(store.load(KEY)).isEmpty();
        assertThat(store.stats().misses()).containsOnly(Map.entry(MissReason.CORRUPT, 1L));
        assertThat(setAside).hasSize(1);
        assertThat(names()).noneMatch(name -> name.endsWith(".kv"));
    }

    @Test
    void objectOfOursThatHasLostItsFooterIsDamaged() throws Exception {
        open("").save(draft(TEXT));
        byte[] object = object(name(TEXT));
        String label = head(name(TEXT)).metadata().get(Label.METADATA);
        for (int i = 1; i <= 44; i++) {
            object[object.length - i] = 1;
        }
        put(name(TEXT), object, Map.of(Label.METADATA, label));
        assertThat(open("").load(KEY)).isEmpty();
        assertThat(setAside).hasSize(1);
    }

    @Test
    void emptyObjectIsDamaged() throws Exception {
        put(name(TEXT), new byte[0]);
        assertThat(open("").load(KEY)).isEmpty();
        assertThat(setAside).hasSize(1);
    }

    @Test
    void objectOfALaterVersionIsLeftAlone() throws Exception {
        open("").save(draft(TEXT));
        byte[] object = object(name(TEXT));
        object[3] = 9;
        put(name(TEXT), object);
        KvStore store = open("");
        assertThat(store.load(KEY)).isEmpty();
        assertThat(store.stats().misses()).containsOnly(Map.entry(MissReason.UNREADABLE, 1L));
        assertThat(object(name(TEXT))).isEqualTo(object);
    }

    @Test
    void rejectInANamespaceLeavesOthersAlone() throws Exception {
        KvStore store = open("");
        KvStore named = store.in(Namespace.of("llama"));
        store.save(draft(TEXT));
        named.save(draft(TEXT));
        try (Snapshot snapshot = named.load(KEY).orElseThrow()) {
            snapshot.reject();
        }
        assertServed(store, TEXT);
        assertThat(named.load(KEY)).isEmpty();
    }
}
