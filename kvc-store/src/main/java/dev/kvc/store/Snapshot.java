package dev.kvc.store;

import dev.kvc.format.Trailer;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A snapshot that a load found. It stays readable whatever happens to its store: eviction, replacement, removal, close.
 *
 * <p>The caller closes it. Safe from any thread; a thread that is interrupted in a read of a file closes this snapshot,
 * and no other.
 */
public interface Snapshot extends AutoCloseable {
    /** Key, header, lengths: which text and how many tokens the state covers. */
    SnapshotInfo info();

    /** The rendered prompt prefix; read-only, and each call gives a buffer of its own. */
    ByteBuffer text();

    /** The engine state. */
    Payload payload();

    /**
     * What stands behind the payload: sections, and bytes of other writers as they are.
     *
     * @throws IOException if it cannot be read
     */
    Trailer trailer() throws IOException;

    /** What has been verified. */
    Verification verification();

    /**
     * Says that the engine could not use this state. It is set aside and never served again; other snapshots, also one
     * saved under the same key in the meantime, are not touched. A second call does nothing. The snapshot stays open.
     *
     * @throws IOException if it cannot be set aside
     */
    void reject() throws IOException;

    /** Releases what the snapshot holds open. A second call does nothing. */
    @Override
    void close() throws IOException;
}
