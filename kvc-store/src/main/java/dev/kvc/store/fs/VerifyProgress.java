package dev.kvc.store.fs;

/** Is told how far a verification is, by the thread that verifies, after each file. */
@FunctionalInterface
public interface VerifyProgress {
    /**
     * So much has been read.
     *
     * @param files files looked at so far
     * @param bytes their bytes
     */
    void at(long files, long bytes);
}
