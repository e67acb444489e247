package dev.kvc.s3;

import dev.kvc.eviction.EvictionContext;
import dev.kvc.eviction.EvictionPolicy;
import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.Namespace;
import dev.kvc.store.SnapshotInfo;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Evicts when it is asked to, over a full listing of all namespaces. Nothing is evicted by a save: a bucket has no
 * bound, and its own rules remove what is old.
 */
final class Evictor {
    private final S3Store store;
    private final EvictionPolicyFactory policy;

    Evictor(S3Store store, EvictionPolicyFactory policy) {
        this.store = store;
        this.policy = policy;
    }

    /** Removes the policy's victims until what is there is within the budget, and says how many they were. */
    int evict(Set<Namespace> namespaces) throws IOException {
        Map<SnapshotId, SnapshotInfo> all = new HashMap<>();
        for (Namespace namespace : namespaces) {
            store.index(namespace).listAll().forEach(info -> all.put(info.id(), info));
        }
        long excess = all.values().stream().mapToLong(SnapshotInfo::storedBytes).sum() - store.settings.budgetBytes();
        return excess <= 0 ? 0 : evict(excess, all);
    }

    private int evict(long excess, Map<SnapshotId, SnapshotInfo> all) throws IOException {
        Iterator<SnapshotId> victims = informed(all.values().stream()
                        .sorted(Comparator.comparingLong(info -> info.header().lastUsedUnix()))
                        .toList())
                .victims(new EvictionContext(excess, store.nowUnix(), null));
        int evicted = 0;
        long left = excess;
        while (left > 0 && victims.hasNext()) {
            SnapshotInfo victim = all.remove(victims.next());
            if (victim != null && remove(victim)) {
                evicted++;
                left -= victim.storedBytes();
                store.report.evicted(victim);
            }
        }
        return evicted;
    }

    private EvictionPolicy informed(List<SnapshotInfo> longestUnusedFirst) {
        EvictionPolicy informed = policy.create();
        longestUnusedFirst.forEach(info -> informed.inserted(info.metadata(null)));
        return informed;
    }

    /** Removes it, unless it has been replaced since it was listed. */
    private boolean remove(SnapshotInfo victim) throws IOException {
        SnapshotId id = victim.id();
        Catalog.Item known = store.catalog(id).get(id.key());
        Optional<ObjectHead> head = store.bucket.head(store.names.object(id));
        boolean isSame = known != null && head.filter(known::isOf).isPresent();
        if (!isSame || !store.bucket.delete(store.names.object(id), head.orElseThrow())) {
            return false;
        }
        store.forget(id, known);
        return true;
    }
}
