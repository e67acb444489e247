package dev.kvc.store.tier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Snapshots that the tests of tiers save and look for. */
final class TierFixtures {
    private TierFixtures() {}

    /** A draft whose payload is so many of one byte. */
    static SnapshotDraft draft(String text, int payloadBytes, int fill) {
        return SnapshotDraft.builder()
                .text(text)
                .payload(payload(payloadBytes, fill))
                .tokenCount(text.length())
                .build();
    }

    static SnapshotDraft draft(String text) {
        return draft(text, 1000, 1);
    }

    static byte[] payload(int bytes, int fill) {
        byte[] payload = new byte[bytes];
        Arrays.fill(payload, (byte) fill);
        return payload;
    }

    /** Loads a snapshot once, as a hit. */
    static void hit(KvStore store, String text) throws IOException {
        try (Snapshot snapshot = store.load(KvcKey.of(text)).orElseThrow()) {
            assertThat(snapshot.info().key()).isEqualTo(KvcKey.of(text));
        }
    }

    static void reject(KvStore store, String text) throws IOException {
        try (Snapshot snapshot = store.load(KvcKey.of(text)).orElseThrow()) {
            snapshot.reject();
        }
    }

    static boolean has(KvStore store, String text) throws IOException {
        return store.contains(KvcKey.of(text));
    }

    /** The byte of which the payload under a text consists, without a hit; -1 if there is none. */
    static int fill(KvStore store, String text) throws IOException {
        Optional<Snapshot> found = store.load(KvcKey.of(text), LoadOptions.DEFAULT.withoutHit());
        if (found.isEmpty()) {
            return -1;
        }
        try (Snapshot snapshot = found.get()) {
            return snapshot.payload().toByteArray()[0];
        }
    }

    /** Waits inside of an operation of a store. */
    static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }
}
