package dev.kvc.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.format.SessionTitle;
import dev.kvc.store.Capability;
import dev.kvc.store.Durability;
import dev.kvc.store.KvStore;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.Snapshot;
import java.time.Duration;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stores that outlive their process, and stores that several of them share. */
abstract class DurableContract extends ReportingContract {
    private static final String TEXT = "a text";
    private static final KvcKey KEY = KvcKey.of(TEXT);

    @Test
    void u14SnapshotsAreThereAfterARestart() throws Exception {
        assumeCapable(Capability.DURABLE);
        save("one", "one two");
        store().save(draft("three").sessionTitle(SessionTitle.of("title")).build());
        clock.advance(Duration.ofMinutes(5));
        hit("one");
        List<Tuple> before = contents();
        restart();
        assertThat(contents()).containsExactlyInAnyOrderElementsOf(before);
        assertServed(store(), "one", "one two", "three");
        try (Snapshot snapshot = load("three")) {
            assertThat(snapshot.trailer().sessionTitle()).contains(SessionTitle.of("title"));
        }
    }

    /** Without the bytes that each takes: a store of several tiers may have served it from another one. */
    private List<Tuple> contents() throws Exception {
        return list(store()).stream()
                .map(info -> tuple(info.id(), info.header(), info.textBytes()))
                .toList();
    }

    @Test
    void u14PrefixesMatchAfterARestart() throws Exception {
        assumeCapable(Capability.DURABLE);
        save("one", "one two", "three");
        restart();
        assertThat(store().match(PrefixQuery.of("one two four")).candidates())
                .containsExactly(stat("one two"), stat("one"));
    }

    @Test
    void namespacesAreThereAfterARestart() throws Exception {
        assumeCapable(Capability.DURABLE);
        assumeCapable(Capability.NAMESPACES);
        Namespace alice = Namespace.of("alice");
        store().in(alice).save(draft(TEXT).build());
        restart();
        assertThat(store().namespaces()).contains(alice);
        assertServed(store().in(alice), TEXT);
        assertNotServed(store(), TEXT);
    }

    @Test
    void whatIsGoneStaysGoneAfterARestart() throws Exception {
        assumeCapable(Capability.DURABLE);
        save("removed", "rejected", "kept");
        store().remove(KvcKey.of("removed"));
        try (Snapshot snapshot = load("rejected")) {
            snapshot.reject();
        }
        restart();
        assertNotServed(store(), "removed", "rejected");
        assertServed(store(), "kept");
        save("rejected");
        assertServed(store(), "rejected");
    }

    @ParameterizedTest
    @EnumSource
    void everyDurabilityIsTaken(Durability durability) throws Exception {
        assertWritten(store().save(KEY, draft(TEXT).build(), SaveOptions.DEFAULT.durability(durability)));
        assertServed(store(), TEXT);
    }

    @Test
    void u21SnapshotOfAnotherProcessIsFound() throws Exception {
        assumeCapable(Capability.SHARED);
        assertNotServed(store(), TEXT);
        KvStore other = openAnother();
        other.save(draft(TEXT).build());
        assertServed(store(), TEXT);
        close();
        assertServed(other, TEXT);
    }

    @Test
    void u21NeitherProcessLosesTheOthersSnapshots() throws Exception {
        assumeCapable(Capability.SHARED);
        KvStore other = openAnother();
        save("ours");
        other.save(draft("theirs").build());
        close();
        other.close();
        restart();
        assertServed(store(), "ours", "theirs");
    }

    @Test
    void u27SnapshotThatAnotherProcessRemovedIsAMiss() throws Exception {
        assumeCapable(Capability.SHARED);
        save(TEXT);
        try (KvStore other = openAnother()) {
            assertThat(other.remove(KEY)).isTrue();
        }
        assertThat(store().load(KEY)).isEmpty();
        assertThat(store().loadLongestPrefix(PrefixQuery.of(TEXT))).isEmpty();
        assertNotServed(store(), TEXT);
    }

    @Test
    void u27SnapshotThatAnotherProcessReplacedIsServedWhole() throws Exception {
        assumeCapable(Capability.SHARED);
        save(TEXT);
        hit(TEXT);
        SeededPayload longer = new SeededPayload(5, MIB + 5);
        try (KvStore other = openAnother()) {
            other.save(draft(TEXT, longer).build());
        }
        assertServed(store(), KEY, TEXT, longer);
    }
}
