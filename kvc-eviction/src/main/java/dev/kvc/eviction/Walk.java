package dev.kvc.eviction;

import dev.kvc.eviction.FifoQueue.Place;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A search for victims that changes what it passes, but not before it is confirmed.
 *
 * <p>Policies with a clock hand or with queues give what they pass a second chance: a bit is cleared, a snapshot moves
 * to another queue. But asking for victims must change nothing, for the store may take none of them. So a walk goes on
 * in thought, and notes what it passed, and with each victim how far it had come. When the store tells that a victim is
 * gone, what lay on the way to it is passed in truth, and nothing beyond. What was named and not taken stays where it
 * is.
 *
 * <p>Only the last walk can be confirmed. Removals that it did not name, and those that come after the next request,
 * were not its doing.
 */
abstract class Walk implements Iterator<SnapshotId> {
    private final List<Place> passed = new ArrayList<>();
    private int named;
    private int confirmedPassed;
    private int confirmedNamed;
    private @Nullable Place next;

    /** Goes on to the next victim, through {@link #pass} for all on the way; {@code null} at the end. */
    abstract @Nullable Place advance();

    /** This one gets a second chance. */
    final void pass(Place place) {
        passed.add(place);
    }

    /** What was passed so far. */
    final List<Place> passed() {
        return passed;
    }

    /**
     * A snapshot is gone. If this walk named it, all that it passed before is given to {@code passing}, unless it was
     * already.
     *
     * @return whether it was named here, and later than every other victim that is gone
     */
    final boolean confirm(Place gone, Consumer<Place> passing) {
        if (gone.namedBy != this) {
            return false;
        }
        while (confirmedPassed < gone.passedBefore) {
            passing.accept(passed.get(confirmedPassed++));
        }
        boolean isFarthest = gone.namedBefore >= confirmedNamed;
        confirmedNamed = Math.max(confirmedNamed, gone.namedBefore + 1);
        return isFarthest;
    }

    @Override
    public final boolean hasNext() {
        if (next == null) {
            next = advance();
        }
        return next != null;
    }

    @Override
    public final SnapshotId next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        Place victim = next;
        next = null;
        victim.namedBy = this;
        victim.passedBefore = passed.size();
        victim.namedBefore = named++;
        return victim.id;
    }
}
