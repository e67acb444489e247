package dev.kvc.store;

/** How far the bytes of a loaded {@link Snapshot} have been verified. */
public enum Verification {
    /** Header, text, payload and trailer have the checksums that they were saved with. */
    VERIFIED,
    /** Header, text and trailer have; each block of the payload is verified before a byte of it is handed out. */
    ON_READ,
    /** Nothing could be verified, because the file has no integrity footer, or the caller asked that nothing be. */
    UNVERIFIED
}
