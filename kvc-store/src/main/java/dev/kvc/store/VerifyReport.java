package dev.kvc.store;

import java.util.List;

/**
 * What {@link KvStores#verify} found.
 *
 * @param files files that were looked at
 * @param bytes their bytes
 * @param verified snapshots of which all that was read agrees with their checksums
 * @param unverified snapshots without checksums, whose lengths and headers are in order
 * @param findings everything that is not a snapshot in order, by name
 */
public record VerifyReport(long files, long bytes, long verified, long unverified, List<Finding> findings) {
    /** Copies the findings. */
    public VerifyReport {
        findings = List.copyOf(findings);
    }

    /** What a file is, if not a snapshot in order. */
    public enum Kind {
        /** It breaks a rule of the format: a length, a checksum. */
        DAMAGED,
        /** It is shorter than it should be, and young: somebody may be copying it in. */
        INCOMPLETE,
        /** Another version of the format, or a larger limit, may read it. */
        OTHER_VERSION,
        /** It is no regular file, or may not be opened. */
        UNREADABLE,
        /** It is in order, but its name is not the hash of its text: loads find it, prefix lookups do not. */
        OTHER_KEY,
        /** It was set aside earlier as damaged or rejected. */
        SET_ASIDE,
        /** Its writer has ended before it was whole. */
        DEAD_TEMPORARY,
        /** Its writer is at it. */
        LIVE_TEMPORARY,
        /** It is none of ours. */
        OTHER
    }

    /** What is to be done about a file. */
    public enum Remedy {
        /** Nothing. */
        NONE,
        /** It is to be set aside, so that it is not served, and goes before any snapshot when room is needed. */
        SET_ASIDE,
        /** It is to be deleted. */
        DELETE
    }

    /**
     * A file that is not a snapshot in order.
     *
     * @param file its name, relative to the store
     * @param bytes its length
     * @param kind what it is
     * @param remedy what is to be done about it
     * @param mended whether that has been done
     * @param detail what is wrong with it, in words
     */
    public record Finding(String file, long bytes, Kind kind, Remedy remedy, boolean mended, String detail) {}

    /** Whether nothing needs a remedy that it has not had. */
    public boolean isSound() {
        return findings.stream().allMatch(finding -> finding.remedy() == Remedy.NONE || finding.mended());
    }
}
