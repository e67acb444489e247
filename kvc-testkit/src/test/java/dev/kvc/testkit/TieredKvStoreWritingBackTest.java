package dev.kvc.testkit;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.kvc.store.KvStore;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.tier.Promotion;
import dev.kvc.store.tier.Tier;
import dev.kvc.store.tier.TieredKvStore;
import dev.kvc.store.tier.WriteMode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;

/** The contract holds for memory in front of a directory that is written later. */
class TieredKvStoreWritingBackTest extends TieredKvStoreTest {
    @Override
    KvStore stack(KvStore memory, KvStore disk, TieredKvStore.Builder builder) {
        TieredKvStore store = builder.tier(Tier.of(memory).promotion(Promotion.onFirstHit()))
                .tier(Tier.of(disk).writeMode(WriteMode.WRITE_BACK))
                .build();
        return settled(store, store);
    }

    /** What a save is to evict, and whether it may, is known when it is written: the budget is another run's. */
    @Override
    protected KvStore openWithBudget(Path scratch, StoreEnvironment environment, long budgetBytes) {
        return abort("the tests of a budget are for tiers that are written through");
    }

    /** The same store, which writes what is queued before it says what it holds: the directory counts that. */
    private static KvStore settled(KvStore view, TieredKvStore root) {
        return (KvStore) Proxy.newProxyInstance(
                KvStore.class.getClassLoader(), new Class<?>[] {KvStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("stats") && !isClosed(root)) {
                        root.flush();
                    }
                    try {
                        Object result = method.invoke(view, arguments);
                        return method.getName().equals("in") ? settled((KvStore) result, root) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static boolean isClosed(TieredKvStore store) {
        try {
            store.namespaces();
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }
}
