package dev.kvc.faultfs;

/** What is done to a file. Reads change nothing on the disk; the others {@linkplain #isChange() are changes}. */
public enum Operation {
    /** Opening an existing file or directory for reading alone. */
    OPEN,
    /** Opening an existing file for writing, and maybe for reading. */
    OPEN_WRITE,
    /** Opening a file that is not there, for writing. */
    CREATE,
    /** Reading or mapping bytes of an open file. */
    READ,
    /** Writing bytes to an open file. */
    WRITE,
    /** Cutting an open file, or opening it so that it is emptied. */
    TRUNCATE,
    /** Flushing an open file, or the names of an open directory, to the disk. */
    FORCE,
    /** Locking an open file; a try counts too. */
    LOCK,
    /** Opening a directory to list it. */
    LIST,
    /** Making a directory. */
    CREATE_DIRECTORY,
    /** Removing a name. */
    DELETE,
    /** Renaming; the path is the one before. */
    MOVE,
    /** Copying; the path is the copy. */
    COPY,
    /** Making a link, hard or symbolic; the path is the link. */
    LINK,
    /** Asking for attributes, the real path of a name, or where a link leads. */
    READ_ATTRIBUTES,
    /** Setting attributes. */
    WRITE_ATTRIBUTES,
    /** Asking whether a file is there, may be read or executed. */
    READ_ACCESS,
    /** Asking whether a file may be written. */
    WRITE_ACCESS,
    /** Asking for the volume that a file is on. */
    FILE_STORE;

    /** Whether it can change what is on the disk, or make a change last. */
    public boolean isChange() {
        return switch (this) {
            case CREATE, WRITE, TRUNCATE, FORCE, CREATE_DIRECTORY, DELETE, MOVE, COPY, LINK, WRITE_ATTRIBUTES -> true;
            case OPEN, OPEN_WRITE, READ, LOCK, LIST, READ_ATTRIBUTES, READ_ACCESS, WRITE_ACCESS, FILE_STORE -> false;
        };
    }
}
