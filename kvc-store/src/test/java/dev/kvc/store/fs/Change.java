package dev.kvc.store.fs;

import dev.kvc.format.Namespace;
import dev.kvc.store.Durability;
import dev.kvc.store.SaveOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What changes a directory, each to be tried on the same three snapshots, which have been flushed. */
enum Change {
    SAVE(store -> store.save(Namespace.DEFAULT, "five", 200, SaveOptions.DEFAULT)),
    SAVE_IN_A_NEW_NAMESPACE(store -> store.save(CrashingStore.TENANT, "one", 200, SaveOptions.DEFAULT)),
    SAVE_IF_ABSENT(store -> store.save(Namespace.DEFAULT, "one", 200, SaveOptions.IF_ABSENT)),
    REPLACE(store -> store.save(Namespace.DEFAULT, "one", 250, SaveOptions.DEFAULT)),
    REPLACE_AND_EVICT(store -> store.save(Namespace.DEFAULT, "one", 1_200, SaveOptions.DEFAULT)),
    EVICT(store -> store.save(Namespace.DEFAULT, "five", 1_000, SaveOptions.DEFAULT)),
    HIT(store -> store.hit(Namespace.DEFAULT, "one")),
    TOUCH(store -> store.touch(Namespace.DEFAULT, "one")),
    QUARANTINE(store -> store.damage(Namespace.DEFAULT, "one two")),
    REJECT(store -> store.reject(Namespace.DEFAULT, "one two")),
    REMOVE(store -> store.remove(Namespace.DEFAULT, "one"));

    /** Room for the three, for somebody's file of 100 bytes, and for one more of 200. */
    private static final long BUDGET = 1_800;

    private static final List<String> SAVED = List.of("one", "one two", "four");

    /** What there is, or may be, in either namespace. */
    static final List<String> TEXTS = List.of("one", "one two", "four", "five");

    private final Making making;

    Change(Making making) {
        this.making = making;
    }

    private interface Making {
        void make(CrashingStore store) throws IOException;
    }

    void make(CrashingStore store) throws IOException {
        making.make(store);
    }

    /** A store of a directory that is made, with three snapshots in it. */
    static CrashingStore prepare(Path directory, Durability durability) throws IOException {
        CrashingStore store = new CrashingStore(directory, BUDGET, durability);
        for (String text : SAVED) {
            store.save(Namespace.DEFAULT, text, 300, SaveOptions.DEFAULT.durability(Durability.FSYNC));
        }
        return store;
    }
}
