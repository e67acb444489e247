package dev.kvc.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.KvStore;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** What several machines know of each other's snapshots. */
class S3IndexTest extends S3Fixture {
    private static final String TEXT = "a text";
    private static final KvcKey KEY = KvcKey.of(TEXT);
    private static final PrefixQuery QUERY = PrefixQuery.of(PROMPT);

    private final Held entryPuts = Held.unsent(S3IndexTest::isEntryPut);

    private static List<SnapshotInfo> list(KvStore store) throws IOException {
        try (Stream<SnapshotInfo> all = store.list()) {
            return all.toList();
        }
    }

    private static int candidates(KvStore store) throws IOException {
        return store.match(QUERY).candidates().size();
    }

    /** A refresh comes in the background; the clock stands still, so there is one, however often it is looked. */
    private static void awaitCandidates(KvStore store, int count) throws IOException {
        while (candidates(store) != count) {
            Thread.onSpinWait();
        }
    }

    @Test
    void snapshotOfAnotherIsFoundAfterARefresh() throws Exception {
        KvStore ours = open("&refresh=10s");
        KvStore theirs = open("");
        assertThat(candidates(ours)).isZero();
        save(theirs, draft(TEXT));
        assertThat(candidates(ours)).isZero();
        clock.advance(Duration.ofSeconds(10));
        awaitCandidates(ours, 1);
        assertServed(ours, TEXT);
    }

    @Test
    void snapshotOfAMachineWhoseClockIsBehindIsFoundAfterARefresh() throws Exception {
        KvStore theirs = open("");
        save(theirs, draft("a"));
        clock.advance(Duration.ofSeconds(50));
        KvStore ours = open("&clock-skew=1m");
        save(ours, draft("a text, and more"));
        assertThat(candidates(ours)).isEqualTo(2);
        clock.advance(Duration.ofSeconds(-50));
        save(theirs, draft(TEXT));
        clock.advance(Duration.ofSeconds(100));
        awaitCandidates(ours, 3);
    }

    @Test
    void clockFarAheadHidesNobodysSnapshots() throws Exception {
        clock.advance(Duration.ofDays(1000));
        save(open(""), draft("a"));
        clock.advance(Duration.ofDays(-1000));
        KvStore ours = open("");
        assertThat(candidates(ours)).isEqualTo(1);
        save(open(""), draft(TEXT));
        clock.advance(Duration.ofSeconds(10));
        awaitCandidates(ours, 2);
    }

    @Test
    void snapshotThatAnotherRemovedIsAMissAndNotLookedForAgain() throws Exception {
        KvStore ours = open("");
        save(ours, draft("a"));
        save(ours, draft(TEXT));
        open("").remove(KEY);
        try (Snapshot next = ours.loadLongestPrefix(QUERY).orElseThrow()) {
            assertThat(next.info().key()).isEqualTo(KvcKey.of("a"));
        }
        assertThat(candidates(ours)).isEqualTo(1);
        assertThat(entries()).hasSize(1);
    }

    @Test
    void entryWithoutItsObjectGoesWithAFullListing() throws Exception {
        save(open(""), draft(TEXT));
        delete(name(TEXT));
        assertThat(list(open(""))).isEmpty();
        assertThat(entries()).isEmpty();
    }

    @Test
    void objectWithoutItsEntryGetsOneWithAFullListing() throws Exception {
        save(open(""), draft(TEXT));
        delete(prefix + "/" + entries().get(0));
        KvStore ours = open("");
        assertThat(candidates(ours)).isZero();
        assertThat(list(ours)).hasSize(1);
        assertThat(candidates(open(""))).isEqualTo(1);
    }

    @Test
    void fullListingLeavesOneEntryOfEachSnapshot() throws Exception {
        KvStore one = open("");
        KvStore two = open("");
        save(one, draft(TEXT));
        save(two, draft(TEXT));
        clock.advance(Duration.ofSeconds(1));
        save(one, draft(TEXT));
        list(open(""));
        assertThat(entries()).hasSize(1);
        assertThat(candidates(open(""))).isEqualTo(1);
    }

    @Test
    void nameThatIsNoEntryIsReadPast() throws Exception {
        put(prefix + "/.kvc/1/nonsense", new byte[0]);
        put(prefix + "/.kvc/2/" + "0".repeat(200), new byte[0]);
        KvStore store = open("");
        save(store, draft(TEXT));
        assertThat(candidates(open(""))).isEqualTo(1);
        list(store);
        assertThat(names()).contains(".kvc/1/nonsense", ".kvc/2/" + "0".repeat(200));
    }

    @Test
    void hitsAreInTheIndexAfterAClose() throws Exception {
        KvStore store = open("");
        save(store, draft(TEXT));
        String etag = head(name(TEXT)).eTag();
        byte[] object = object(name(TEXT));
        assertServed(store, TEXT);
        assertServed(store, TEXT);
        store.close();
        assertThat(entries()).hasSize(1);
        assertThat(list(open(""))).extracting(info -> info.header().hitCount()).containsExactly(2L);
        assertThat(head(name(TEXT)).eTag()).isEqualTo(etag);
        assertThat(object(name(TEXT))).isEqualTo(object);
    }

    @Test
    void listingsGoOnPageAfterPage() throws Exception {
        KvStore named = open("").in(Namespace.of("llama"));
        List<KvcKey> keys = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            save(named, draft(PROMPT.substring(0, i + 1)));
            keys.add(0, KvcKey.of(PROMPT.substring(0, i + 1)));
        }
        KvStore paged = open(new SmallPages()).in(Namespace.of("llama"));
        assertThat(paged.match(QUERY).candidates())
                .extracting(SnapshotInfo::key)
                .isEqualTo(keys);
        assertThat(list(paged)).extracting(SnapshotInfo::key).containsExactlyInAnyOrderElementsOf(keys);
    }

    private KvStore open(ExecutionInterceptor... interceptors) throws IOException {
        return track(S3KvStore.builder(S3Server.BUCKET, prefix)
                .client(S3Server.newClient(S3Server.endpoint(), interceptors))
                .environment(environment())
                .open());
    }

    @Test
    void snapshotRemovedWhileTheIndexIsListedStaysRemoved() throws Exception {
        Held listings = Held.answered(request -> request instanceof ListObjectsV2Request);
        Requests requests = new Requests();
        KvStore store = open(listings, requests);
        save(store, draft(TEXT));
        assertThat(candidates(store)).isEqualTo(1);
        listings.hold();
        refresh(store);
        listings.await();
        store.remove(KEY);
        requests.take();
        listings.release();
        while (!requests.take().contains("ListObjectsV2")) { // the next one, so that this one has ended
            refresh(store);
        }
        assertThat(candidates(store)).isZero();
    }

    @Test
    void snapshotRemovedWhileItsEntryIsStillThereStaysRemoved() throws Exception {
        Held removals = Held.unsent(request ->
                request instanceof DeleteObjectRequest delete && delete.key().contains("/.kvc/"));
        KvStore store = open(removals);
        save(store, draft(TEXT));
        assertThat(candidates(store)).isEqualTo(1);
        removals.hold();
        FutureTask<Boolean> removal = new FutureTask<>(() -> store.remove(KEY));
        new Thread(removal).start();
        removals.await();
        refresh(store);
        awaitCandidates(store, 1);
        removals.release();
        assertThat(removal.get()).isTrue();
        assertThat(candidates(store)).isZero();
    }

    private static boolean isEntryPut(SdkRequest request) {
        return request instanceof PutObjectRequest put && put.key().contains("/.kvc/");
    }

    private static void saveBeginnings(KvStore store) throws IOException {
        for (int i = 0; i < PROMPT.length(); i++) {
            store.save(draft(PROMPT.substring(0, i + 1)));
        }
    }

    /** That of a snapshot with so many bits, and whoever looks finds it. */
    private void assertOneIsEntered(int quantBits) throws IOException {
        assertThat(entries()).hasSize(1);
        assertThat(open("").match(QUERY).candidates())
                .extracting(info -> info.header().quantBits())
                .containsExactly(quantBits);
    }

    @Test
    void saveReturnsBeforeItsEntryIsWritten() throws Exception {
        KvStore store = open(entryPuts);
        entryPuts.hold();
        assertThat(store.save(draft(TEXT)).outcome()).isEqualTo(Outcome.STORED);
        assertThat(candidates(store)).isEqualTo(1);
        assertServed(open(""), TEXT);
        assertThat(candidates(open(""))).isZero();
        entryPuts.release();
        await(() -> entries().size() == 1);
        assertThat(candidates(open(""))).isEqualTo(1);
    }

    @Test
    void closeWritesEntriesThatAreNotWrittenYet() throws Exception {
        KvStore store = open("");
        saveBeginnings(store);
        store.close();
        assertThat(entries()).hasSize(PROMPT.length());
    }

    @Test
    void entryOfAMachineWhoseClockIsAheadIsReplacedWhenItsSnapshotIs() throws Exception {
        clock.advance(Duration.ofDays(1000));
        save(open(""), draft(TEXT));
        clock.advance(Duration.ofDays(-1000));
        Requests requests = new Requests();
        KvStore ours = open(requests, entryPuts);
        assertThat(candidates(ours)).isEqualTo(1);
        entryPuts.hold();
        ours.save(draft(TEXT, bytes(1, 10)).quantBits(7).build());
        for (int listings = 0; listings < 2; ) { // the second, so that the first has ended
            refresh(ours);
            listings += Collections.frequency(requests.take(), "ListObjectsV2");
        }
        entryPuts.release();
        ours.close();
        assertOneIsEntered(7);
    }

    @Test
    void closeByAnInterruptedThreadWritesEntriesToo() throws Exception {
        KvStore store = open(entryPuts);
        entryPuts.hold();
        store.save(draft(TEXT));
        FutureTask<Boolean> closing = new FutureTask<>(() -> {
            Thread.currentThread().interrupt();
            store.close();
            return Thread.currentThread().isInterrupted();
        });
        entryPuts.await();
        new Thread(closing).start();
        entryPuts.release();
        assertThat(closing.get()).isTrue();
        assertThat(entries()).hasSize(1);
    }

    @Test
    void entryThatCouldNotBeWrittenIsWrittenLater() throws Exception {
        AtomicBoolean refuses = new AtomicBoolean(true);
        KvStore store = open(OtherService.refusing(403, request -> refuses.get() && isEntryPut(request)));
        assertThat(store.save(draft(TEXT)).outcome()).isEqualTo(Outcome.STORED);
        assertThat(entries()).isEmpty();
        refuses.set(false);
        store.close();
        assertThat(entries()).hasSize(1);
    }

    @Test
    void snapshotRemovedBeforeItIsEnteredHasNoEntry() throws Exception {
        KvStore store = open(entryPuts);
        entryPuts.hold();
        store.save(draft(TEXT));
        entryPuts.await();
        store.remove(KEY);
        entryPuts.release();
        store.close();
        assertThat(names()).isEmpty();
    }

    @Test
    void snapshotSavedAgainBeforeItIsEnteredHasTheEntryOfTheLaterSave() throws Exception {
        KvStore store = open(entryPuts);
        entryPuts.hold();
        store.save(draft(TEXT));
        entryPuts.await();
        store.save(draft(TEXT, bytes(1, 10)).quantBits(7).build());
        entryPuts.release();
        store.close();
        assertOneIsEntered(7);
    }

    /** So what a crash leaves out of the index, and what it takes of memory and connections, has a bound. */
    @Test
    void saveWritesItsEntryItselfWhereManyAreUnderWay() throws Exception {
        Threads writers = new Threads();
        KvStore store = open(writers, entryPuts);
        entryPuts.hold();
        FutureTask<Void> saves = new FutureTask<>(() -> {
            saveBeginnings(store);
            return null;
        });
        Thread saver = new Thread(saves);
        saver.start();
        await(() -> writers.ofEntries.contains(saver) && writers.ofEntries.size() == 9);
        entryPuts.release();
        saves.get();
        store.close();
        assertThat(entries()).hasSize(PROMPT.length());
    }

    /** Who writes entries. */
    private static final class Threads implements ExecutionInterceptor {
        private final Set<Thread> ofEntries = ConcurrentHashMap.newKeySet();

        @Override
        public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
            if (isEntryPut(context.request())) {
                ofEntries.add(Thread.currentThread());
            }
        }
    }

    /** Has the store list its index in the background. */
    private void refresh(KvStore store) throws IOException {
        clock.advance(Duration.ofMinutes(1));
        candidates(store);
    }

    /** A service that lists no more than three names at once. */
    private static final class SmallPages implements ExecutionInterceptor {
        @Override
        public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
            return context.request() instanceof ListObjectsV2Request list
                    ? list.toBuilder().maxKeys(3).build()
                    : context.request();
        }
    }
}
