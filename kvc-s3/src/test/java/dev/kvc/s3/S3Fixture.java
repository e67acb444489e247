package dev.kvc.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.store.KvStore;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.StoreListener;
import dev.kvc.testkit.ManualClock;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A part of the bucket for each test, stores over it, and a look past them at what the bucket holds. */
abstract class S3Fixture {
    static final String PROMPT = "a text, and more";

    final ManualClock clock = new ManualClock(Instant.parse("2026-02-03T04:05:06Z"));
    final List<SnapshotId> setAside = new CopyOnWriteArrayList<>();
    final List<SnapshotId> evicted = new CopyOnWriteArrayList<>();
    final String prefix = S3Server.newPrefix();
    private final List<KvStore> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws IOException {
        for (KvStore store : opened) {
            store.close();
        }
    }

    final StoreEnvironment environment() {
        return new StoreEnvironment(clock, EvictionPolicies.load()::byName, List.of(new Losses()));
    }

    private final class Losses implements StoreListener {
        @Override
        public void evicted(SnapshotInfo snapshot) {
            evicted.add(snapshot.id());
        }

        @Override
        public void setAside(SnapshotId id, IOException cause) {
            setAside.add(id);
        }
    }

    /** Opens a store; the fixture closes it. */
    final KvStore open(String parameters) throws IOException {
        return open(S3Server.endpoint(), parameters);
    }

    final KvStore open(URI endpoint, String parameters) throws IOException {
        return track(S3Server.open(S3Server.uri(endpoint, prefix, parameters), environment()));
    }

    final KvStore track(KvStore store) {
        opened.add(store);
        return store;
    }

    /** Bytes that depend on the seed alone. */
    static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    static SnapshotDraft.Builder draft(String text, byte[] payload) {
        return SnapshotDraft.builder()
                .text(text)
                .payload(payload)
                .tokenCount(text.length())
                .contextSize(4096)
                .modelId(1)
                .payloadAbi(2);
    }

    static SnapshotDraft draft(String text) {
        return draft(text, bytes(text.hashCode(), 1000)).build();
    }

    /** Saves, and waits until the index has it: it is entered there behind its save. */
    final SaveResult save(KvStore store, SnapshotDraft draft) throws IOException {
        return save(store, draft, SaveOptions.DEFAULT);
    }

    final SaveResult save(KvStore store, SnapshotDraft draft, SaveOptions options) throws IOException {
        List<String> before = names();
        SaveResult result = store.save(draft.textKey(), draft, options);
        boolean isEntered = result.outcome() == Outcome.STORED || result.outcome() == Outcome.REPLACED;
        await(() -> !isEntered || names().stream().anyMatch(name -> isEntry(name, draft) && !before.contains(name)));
        return result;
    }

    private static boolean isEntry(String name, SnapshotDraft draft) {
        return name.contains(".kvc/") && name.endsWith(draft.textKey().hex());
    }

    /** Waits until what is done behind others is done. */
    static void await(BooleanSupplier done) {
        while (!done.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    static void assertServed(KvStore store, String text, byte[] payload) throws IOException {
        try (Snapshot snapshot = store.load(KvcKey.of(text)).orElseThrow()) {
            assertThat(snapshot.payload().toByteArray()).isEqualTo(payload);
        }
    }

    static void assertServed(KvStore store, String text) throws IOException {
        assertServed(store, text, bytes(text.hashCode(), 1000));
    }

    final String name(String text) {
        return prefix + "/" + KvcKey.of(text).hex() + ".kv";
    }

    /** The names of all objects of this test, without the prefix. */
    final List<String> names() {
        return S3Server.client()
                .listObjectsV2Paginator(list -> list.bucket(S3Server.BUCKET).prefix(prefix + "/"))
                .contents()
                .stream()
                .map(S3Object::key)
                .map(key -> key.substring(prefix.length() + 1))
                .toList();
    }

    final List<String> entries() {
        return names().stream().filter(name -> name.startsWith(".kvc/")).toList();
    }

    final byte[] object(String name) {
        return S3Server.client()
                .getObjectAsBytes(get -> get.bucket(S3Server.BUCKET).key(name))
                .asByteArray();
    }

    final HeadObjectResponse head(String name) {
        return S3Server.client().headObject(head -> head.bucket(S3Server.BUCKET).key(name));
    }

    /** Puts an object there as another program would. */
    final void put(String name, byte[] body) {
        put(name, body, Map.of());
    }

    final void put(String name, byte[] body, Map<String, String> metadata) {
        S3Server.client()
                .putObject(
                        put -> put.bucket(S3Server.BUCKET).key(name).metadata(metadata), RequestBody.fromBytes(body));
    }

    final void delete(String name) {
        S3Server.client().deleteObject(delete -> delete.bucket(S3Server.BUCKET).key(name));
    }
}
