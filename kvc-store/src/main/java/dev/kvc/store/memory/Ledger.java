package dev.kvc.store.memory;

import dev.kvc.eviction.SnapshotId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who holds how much of the budget: the entries that are stored, and the rooms of saves that are being copied. The sum
 * never exceeds the budget, so memory is bounded while bytes move, not only when they have arrived.
 *
 * <p>The first save under way for a key that is there needs room for the difference only: it will replace what is
 * there, which stays until then and is no victim. (Both are in memory for a moment.) If the old one is removed
 * meanwhile, its room stays with that save.
 *
 * <p>Guarded by the table's lock.
 */
final class Ledger {
    private final long budget;
    private final long maxWeight;
    private final Map<SnapshotId, Room> replacing = new HashMap<>();
    private long bytes;
    private long weight;
    private long stored;

    Ledger(long budget) {
        this.budget = budget;
        this.maxWeight = Weights.maximum(budget);
    }

    /** Room that a save holds while it copies. */
    static final class Room {
        private final SnapshotId id;
        private long bytes;
        private long weight;
        private long creditBytes;
        private long creditWeight;
        private boolean taken;

        private Room(SnapshotId id, long bytes, int weight) {
            this.id = id;
            this.bytes = bytes;
            this.weight = weight;
        }
    }

    /** What a save of so many bytes needs; not taken yet. */
    Room need(SnapshotId id, long newBytes, @Nullable MemoryEntry old) {
        Room room = new Room(id, newBytes, Weights.kibibytes(newBytes));
        if (old != null && !replacing.containsKey(id)) {
            room.creditBytes = Math.min(room.bytes, old.bytes());
            room.creditWeight = Math.min(room.weight, old.weight());
            room.bytes -= room.creditBytes;
            room.weight -= room.creditWeight;
        }
        return room;
    }

    /** Whether {@code room} could be taken if so much were gone. */
    boolean fits(Room room, long freedBytes, long freedWeight) {
        return room.bytes <= budget - bytes + freedBytes && room.weight <= maxWeight - weight + freedWeight;
    }

    void take(Room room) {
        room.taken = true;
        bytes += room.bytes;
        weight += room.weight;
        if (room.creditBytes > 0) {
            replacing.put(room.id, room);
        }
    }

    /** Gives a room back. A second call does nothing. */
    void release(Room room) {
        if (room.taken) {
            room.taken = false;
            bytes -= room.bytes;
            weight -= room.weight;
            replacing.remove(room.id, room);
        }
    }

    /** Whether a save is about to replace what is under this key, on the room that it holds. */
    boolean isBeingReplaced(SnapshotId id) {
        return replacing.containsKey(id);
    }

    void add(MemoryEntry entry) {
        bytes += entry.bytes();
        weight += entry.weight();
        stored += entry.bytes();
    }

    void remove(MemoryEntry entry) {
        bytes -= entry.bytes();
        weight -= entry.weight();
        stored -= entry.bytes();
        Room room = replacing.remove(entry.id());
        if (room != null) {
            room.bytes += room.creditBytes;
            room.weight += room.creditWeight;
            bytes += room.creditBytes;
            weight += room.creditWeight;
        }
    }

    /** Bytes of the entries that are stored. */
    long storedBytes() {
        return stored;
    }

    void clear() {
        bytes -= stored;
        stored = 0;
    }
}
