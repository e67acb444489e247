package dev.kvc.store;

/** What a save waits for before it returns. A crash of the process loses nothing in either case. */
public enum Durability {
    /** The operating system has the bytes; a power cut may lose the snapshot, but never makes a part look whole. */
    PAGE_CACHE,
    /**
     * File and directory have been flushed to the disk; a power cut loses nothing. In a store set to it, a power cut
     * does not bring back what was removed or rejected either.
     */
    FSYNC
}
