package dev.kvc.store;

/** Why a load or a prefix lookup found nothing. */
public enum MissReason {
    /** No snapshot has this key. */
    ABSENT,
    /** No stored text begins the prompt and passes the gates. */
    NO_PREFIX,
    /** The snapshot was damaged and has been set aside. */
    CORRUPT,
    /** The snapshot has no integrity footer, and the load required verified bytes. */
    UNVERIFIED,
    /** The file is of a kind that this version does not read, or may not be opened; it is left as it is. */
    UNREADABLE,
    /** The file is shorter than it should be and young: somebody is copying it in. */
    INCOMPLETE,
    /** The snapshot is not what the load expected: another text, or a gate refused it. */
    NOT_EXPECTED,
    /** The snapshot is older, or was idle longer, than the store allows. */
    EXPIRED,
    /** The store failed; only stores that never fail their caller say so, others throw. */
    FAILED
}
