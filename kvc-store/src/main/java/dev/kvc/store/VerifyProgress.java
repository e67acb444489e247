package dev.kvc.store;

/** Is told how far a verification is, by the thread that verifies, after each file. */
@FunctionalInterface
public interface VerifyProgress {
    /** Nobody wants to know. */
    VerifyProgress NONE = (files, bytes) -> {};

    /**
     * So much has been read.
     *
     * @param files files looked at so far
     * @param bytes their bytes
     */
    void at(long files, long bytes);
}
