package dev.kvc.store.fs;

/** What opening a directory may change, and what may be changed afterwards. */
public enum OpenMode {
    /** For engines: a directory that is missing is made, and the temporaries of dead writers are removed. */
    SERVE,
    /** For tools: the directory must be there, and opening it changes nothing; afterwards what is asked for is done. */
    MANAGE,
    /**
     * For tools that look: the directory must be there, and nothing in it is ever changed. Hits are served and not
     * counted, damaged snapshots are misses and stay where they are; whatever saves or removes throws
     * {@link java.nio.file.AccessDeniedException}.
     */
    READ
}
