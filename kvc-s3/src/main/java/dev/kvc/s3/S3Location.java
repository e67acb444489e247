package dev.kvc.s3;

import dev.kvc.store.StoreUri;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which part of which bucket a store is.
 *
 * @param bucket its name
 * @param prefix what all names begin with: empty, or without {@code /} at its beginning and with one at its end
 */
record S3Location(String bucket, String prefix) {
    private static final Pattern URI = Pattern.compile("//([^/]+)(/.*)?");
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern PREFIX = Pattern.compile("([A-Za-z0-9!_.*'()-]+/)*");
    private static final int MAX_PREFIX = 512;

    /**
     * Checks both.
     *
     * @throws IllegalArgumentException if the service would not take the bucket's name, or the prefix has other
     *     characters than those that need no care, or more than 512 of them
     */
    S3Location {
        if (!BUCKET.matcher(bucket).matches()) {
            throw new IllegalArgumentException("the bucket is \"" + bucket
                    + "\"; it must be 3 to 63 small letters, digits, dots and hyphens, a letter or digit at both ends");
        }
        if (prefix.length() > MAX_PREFIX || !PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException("the prefix is \"" + prefix + "\"; it must be names of letters, digits"
                    + " and !_.*'()- with a single / behind each, " + MAX_PREFIX + " characters at most");
        }
    }

    /**
     * Reads {@code //bucket/prefix}.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    static S3Location of(StoreUri uri) {
        if (uri.location().contains("@")) {
            throw new IllegalArgumentException(
                    "no credentials in " + uri + ": the SDK finds them in the environment, in"
                            + " the user's profile or in the machine's role, because locations stand in logs");
        }
        Matcher matcher = URI.matcher(uri.location());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not the URI of a bucket: \"" + uri + "\" (s3://bucket/prefix)");
        }
        return of(matcher.group(1), matcher.group(2) == null ? "" : matcher.group(2));
    }

    /** A bucket, and a prefix with or without {@code /} at its ends. */
    static S3Location of(String bucket, String prefix) {
        String from = prefix.startsWith("/") ? prefix.substring(1) : prefix;
        return new S3Location(bucket, from.isEmpty() || from.endsWith("/") ? from : from + "/");
    }

    @Override
    public String toString() {
        return "s3://" + bucket + "/" + prefix;
    }
}
