package dev.kvc.store.tier;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What several threads did to a store of registers, one for each key, and what they saw. Each save has a value of its
 * own, above 0; 0 is a key without a snapshot.
 *
 * <p>{@link #isLinearizable} is the search of Wing and Gong (<i>Testing and Verifying Concurrent Objects</i>, 1993)
 * with the memory of Lowe (<i>Testing for linearizability</i>, 2017), one key at a time, which is all it takes, since
 * linearizability is local (Herlihy and Wing, 1990).
 */
final class History {
    static final int ABSENT = 0;
    /** Something was there; which snapshot, was not seen. */
    static final int PRESENT = -1;

    private final AtomicLong clock = new AtomicLong();
    private final ConcurrentLinkedQueue<Operation> operations = new ConcurrentLinkedQueue<>();

    /** Whether an operation sets the register, or tells what it is. */
    enum Kind {
        WRITE,
        READ
    }

    /**
     * One operation. Of two of which one ended before the other began, the times say so.
     *
     * @param value what was written or read
     */
    record Operation(String key, Kind kind, int value, long begin, long end) {}

    /** Begins an operation; give the result to {@link #end}. */
    long begin() {
        return clock.incrementAndGet();
    }

    void end(String key, Kind kind, int value, long begin) {
        operations.add(new Operation(key, kind, value, begin, clock.incrementAndGet()));
    }

    int size() {
        return operations.size();
    }

    private Map<String, List<Operation>> byKey() {
        Map<String, List<Operation>> byKey = new HashMap<>();
        operations.stream()
                .sorted(Comparator.comparingLong(Operation::begin))
                .forEach(each -> byKey.computeIfAbsent(each.key, key -> new ArrayList<>())
                        .add(each));
        return byKey;
    }

    /**
     * The operations of the first key for which there is no order that explains them; empty if there is one for each.
     *
     * @param mayMiss whether an absent key may be read at any time, as from a cache that evicts
     */
    List<Operation> notLinearizable(boolean mayMiss) {
        return byKey().values().stream()
                .filter(each -> !new Search(each, mayMiss).finds())
                .findFirst()
                .orElse(List.of());
    }

    boolean isLinearizable(boolean mayMiss) {
        return notLinearizable(mayMiss).isEmpty();
    }

    /** Looks for an order of the operations of one key. */
    private static final class Search {
        private final List<Operation> operations;
        private final boolean mayMiss;
        private final Set<State> dead = new HashSet<>();

        Search(List<Operation> operations, boolean mayMiss) {
            this.operations = operations;
            this.mayMiss = mayMiss;
        }

        /** Which operations have taken effect, and what the register is then. */
        private record State(BitSet done, int value) {
            State after(int index, int next) {
                BitSet more = (BitSet) done.clone();
                more.set(index);
                return new State(more, next);
            }
        }

        boolean finds() {
            return finds(new State(new BitSet(), ABSENT));
        }

        private boolean finds(State state) {
            if (state.done.cardinality() == operations.size()) {
                return true;
            } else if (dead.contains(state)) {
                return false;
            }
            long firstEnd = Long.MAX_VALUE; // what begins after it cannot be next
            for (int i = state.done.nextClearBit(0);
                    i < operations.size() && operations.get(i).begin < firstEnd;
                    i = state.done.nextClearBit(i + 1)) {
                Operation next = operations.get(i);
                firstEnd = Math.min(firstEnd, next.end);
                boolean isWrite = next.kind == Kind.WRITE;
                if ((isWrite || isExplained(next.value, state.value))
                        && finds(state.after(i, isWrite ? next.value : state.value))) {
                    return true;
                }
            }
            dead.add(state);
            return false;
        }

        private boolean isExplained(int read, int value) {
            return read == value || (read == PRESENT && value != ABSENT) || (read == ABSENT && mayMiss);
        }
    }

    /**
     * Reads of what was out of date: a later change had ended before they began; and of what nobody had written. A
     * cache may miss at any time, so a miss is never one; and while changes overlap, either may be seen.
     */
    List<Operation> staleReads() {
        List<Operation> stale = new ArrayList<>();
        for (List<Operation> ofKey : byKey().values()) {
            Map<Integer, Operation> writes = new HashMap<>();
            ofKey.stream().filter(each -> each.kind == Kind.WRITE).forEach(each -> writes.put(each.value, each));
            ofKey.stream()
                    .filter(each -> each.kind == Kind.READ && each.value > ABSENT)
                    .filter(read -> isStale(read, writes.get(read.value), ofKey))
                    .forEach(stale::add);
        }
        return stale;
    }

    private static boolean isStale(Operation read, Operation write, List<Operation> ofKey) {
        return write == null
                || write.begin > read.end
                || ofKey.stream()
                        .anyMatch(each -> each.kind == Kind.WRITE && each.begin > write.end && each.end < read.begin);
    }
}
