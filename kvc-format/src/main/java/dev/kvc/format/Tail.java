package dev.kvc.format;

import java.util.Optional;

/**
 * What stands behind a payload: trailer bytes, and our integrity footer if there is one.
 *
 * @param trailerBytes length of the trailer in bytes, without the footer and its table
 * @param footer the footer, whose own checksum, table and trailer have been verified; empty means that nothing in the
 *     file can be verified
 */
public record Tail(long trailerBytes, Optional<IntegrityFooter> footer) {
    /** The header with the model id and ABI that a footer keeps, where a hit by an older writer zeroed them. */
    public KvcHeader effective(KvcHeader header) {
        return footer.map(f -> f.restore(header)).orElse(header);
    }
}
