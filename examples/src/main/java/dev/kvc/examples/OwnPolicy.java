package dev.kvc.examples;

import dev.kvc.eviction.EvictionContext;
import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.eviction.EvictionPolicy;
import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.eviction.LruPolicy;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.eviction.SnapshotMetadata;
import dev.kvc.format.KvcKey;
import dev.kvc.format.SaveReason;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.fs.FileSystemKvStore;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An eviction policy of one's own: checkpoints of conversations go before everything else, and among equals the least
 * recently used goes first.
 *
 * <p>A checkpoint is of use to one conversation, and until its next checkpoint; a system prompt is the beginning of
 * every new conversation. The program saves both into a directory with room for four snapshots, once under {@code lru}
 * and once under this policy, and prints what each has kept.
 *
 * <p>A policy proves itself by one test class that extends {@code EvictionPolicyContract} of kvc-testkit. To be found
 * by its name in settings, its factory is announced through {@code ServiceLoader} or bound in an injector.
 *
 * <p>To run it:
 *
 * <pre>{@code
 * java -cp examples/target/classes:$(cat examples/target/class-path) dev.kvc.examples.OwnPolicy [directory]
 * }</pre>
 */
public final class OwnPolicy implements EvictionPolicy {
    private final EvictionPolicy checkpoints = new LruPolicy();
    private final EvictionPolicy others = new LruPolicy();

    /** Makes the policy; a store is given this, and asks it for an instance of its own. */
    public static final class Factory implements EvictionPolicyFactory {
        @Override
        public String name() {
            return "checkpoints-first";
        }

        @Override
        public EvictionPolicy create() {
            return new OwnPolicy();
        }
    }

    @Override
    public void inserted(SnapshotMetadata snapshot) {
        // It may replace one that was saved for another reason.
        removed(snapshot.id());
        boolean isCheckpoint = snapshot.reason().equals(SaveReason.CONTINUED);
        (isCheckpoint ? checkpoints : others).inserted(snapshot);
    }

    @Override
    public void hit(SnapshotMetadata snapshot) {
        // The one that does not have it ignores it.
        checkpoints.hit(snapshot);
        others.hit(snapshot);
    }

    @Override
    public void removed(SnapshotId id) {
        checkpoints.removed(id);
        others.removed(id);
    }

    @Override
    public void relinked(SnapshotId id, @Nullable SnapshotId ancestor) {}

    @Override
    public Iterator<SnapshotId> victims(EvictionContext context) {
        Iterator<SnapshotId> first = checkpoints.victims(context);
        Iterator<SnapshotId> then = others.victims(context);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return first.hasNext() || then.hasNext();
            }

            @Override
            public SnapshotId next() {
                return first.hasNext() ? first.next() : then.next();
            }
        };
    }

    /** Runs the example in a directory, a temporary one by default. */
    public static void main(String[] args) throws IOException {
        try (WorkDirectory directory = WorkDirectory.of(args)) {
            run(directory.path(), System.out);
        }
    }

    static void run(Path directory, PrintStream out) throws IOException {
        for (EvictionPolicyFactory policy : List.of(EvictionPolicies.lru(), new Factory())) {
            try (KvStore store = FileSystemKvStore.builder(directory.resolve(policy.name()))
                    .budget(DataSize.parse("100KiB"))
                    .policy(policy)
                    .open()) {
                out.printf("%s keeps %s%n", policy.name(), String.join(", ", keptOf(store)));
            }
        }
    }

    /** Saves a system prompt and a conversation's checkpoints, and returns which of them are still there. */
    private static List<String> keptOf(KvStore store) throws IOException {
        List<String> texts = List.of("system prompt", "turn 1", "turn 2", "turn 3", "turn 4", "turn 5");
        for (String text : texts) {
            store.save(SnapshotDraft.builder()
                    .text(text)
                    .payload(new byte[20 << 10])
                    .saveReason(text.startsWith("turn") ? SaveReason.CONTINUED : SaveReason.AGENT_SYSTEM)
                    .build());
        }
        List<String> kept = new ArrayList<>();
        for (String text : texts) {
            if (store.contains(KvcKey.of(text))) {
                kept.add(text);
            }
        }
        return kept;
    }
}
