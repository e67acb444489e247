package dev.kvc.store.spi;

import dev.kvc.store.MissReason;
import dev.kvc.store.Snapshot;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a load has come to: a snapshot, or why there is none. */
public final class Answer {
    private final @Nullable Snapshot snapshot;
    private final @Nullable MissReason miss;

    private Answer(@Nullable Snapshot snapshot, @Nullable MissReason miss) {
        this.snapshot = snapshot;
        this.miss = miss;
    }

    /** The load has found this snapshot. */
    public static Answer found(Snapshot snapshot) {
        return new Answer(snapshot, null);
    }

    /** The load has found nothing it may give out. */
    public static Answer missed(MissReason reason) {
        return new Answer(null, reason);
    }

    /** The snapshot, unless the load missed. */
    public Optional<Snapshot> snapshot() {
        return Optional.ofNullable(snapshot);
    }

    /** Why it missed, unless it found one. */
    public Optional<MissReason> miss() {
        return Optional.ofNullable(miss);
    }
}
