package dev.kvc.cli;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What files are called in an archive: as in a directory, {@code [NAMESPACE/]KEY.kv}. */
final class TarNames {
    static final String SUFFIX = ".kv";
    static final int OWNER_ONLY = 0100600;

    private static final Pattern FORM = Pattern.compile("(?:\\./)?(?:.*?([^/]+)/)?([0-9a-fA-F]{40})\\.kv");

    private TarNames() {}

    /**
     * The snapshot that an entry's name means; empty for one that means none. Of the directories in it the last alone
     * counts, and that only if it can be a namespace: no name leads out of the directory that is imported to.
     */
    static Optional<SnapshotId> parse(String name) {
        Matcher form = FORM.matcher(name);
        if (!form.matches()) {
            return Optional.empty();
        }
        KvcKey key = KvcKey.parse(form.group(2));
        String directory = form.group(1);
        boolean isNamespace = directory != null && Namespace.isValid(directory);
        return Optional.of(new SnapshotId(isNamespace ? Namespace.of(directory) : Namespace.DEFAULT, key));
    }
}
