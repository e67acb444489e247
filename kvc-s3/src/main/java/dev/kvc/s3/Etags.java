package dev.kvc.s3;

/** Tags of objects, which a service makes as it likes. */
final class Etags {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private Etags() {}

    /** 64 bits of a tag (FNV-1a), to tell whether two objects of a key may be one; quotes or not do not matter. */
    static long digest(String etag) {
        long digest = FNV_OFFSET;
        for (int i = 0; i < etag.length(); i++) {
            if (etag.charAt(i) != '"') {
                digest = (digest ^ etag.charAt(i)) * FNV_PRIME;
            }
        }
        return digest;
    }
}
