package dev.kvc.simulator;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.simulator.trace.Prefix;
import java.util.Arrays;

/**
 * When each snapshot will be needed: written down while a trace is read for the first time, read by the bounds while it
 * is replayed. The only thing here that grows with the trace: 4 bytes for each time that a prompt begins with a text
 * that was saved before, and about 100 for each text.
 *
 * <p>Events are numbered from 0; there may be two thousand million. Once complete, safe for many threads.
 */
final class NextUses {
    /** Later than any event. */
    static final int NEVER = Integer.MAX_VALUE;

    /** Ascending numbers of events. */
    private static final class Events {
        private int[] numbers = {};
        private int size;

        void add(int number) {
            if (size == numbers.length) {
                numbers = Arrays.copyOf(numbers, Math.max(2, 2 * size));
            }
            numbers[size++] = number;
        }

        int after(int number) {
            int at = Arrays.binarySearch(numbers, 0, size, number);
            int following = at < 0 ? -at - 1 : at + 1;
            return following == size ? NEVER : numbers[following];
        }
    }

    private final LongMap<Events> uses = new LongMap<>();

    /** The snapshot of this id is needed by this event; they are told in order. */
    void used(long id, int event) {
        Events events = uses.get(id);
        if (events == null) {
            events = new Events();
            uses.put(id, events);
        }
        events.add(event);
    }

    /** The first event after this one that needs the snapshot, or {@link #NEVER}. */
    int after(SnapshotId snapshot, int event) {
        Events events = uses.get(Prefix.idOf(snapshot));
        return events == null ? NEVER : events.after(event);
    }
}
