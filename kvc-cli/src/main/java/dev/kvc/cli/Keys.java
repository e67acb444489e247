package dev.kvc.cli;

import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.KvStore;
import dev.kvc.store.SnapshotInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Snapshots as a user names them: a key's 40 hex digits, or as many of them as tell it from the others, with
 * {@code NAMESPACE/} in front where it is in one.
 */
final class Keys {
    static final String RULE = "KEY is 4 to 40 hex digits, of which no other key begins with the same, after NAMESPACE/"
            + " where it is in one.";

    private static final Pattern FORM = Pattern.compile("(?:(.*)/)?([0-9a-fA-F]{4,40})(?:\\.kv)?");

    private Keys() {}

    /**
     * Finds the snapshot of a name.
     *
     * @param namespace where to look if the name does not say
     * @throws CommandException if there is none, more than one, or it is no name
     */
    static SnapshotInfo find(KvStore store, Namespace namespace, String name) throws IOException, CommandException {
        Matcher form = FORM.matcher(name);
        if (!form.matches()) {
            throw CommandException.usage("not a key: \"" + name + "\"; " + RULE);
        }
        KvStore view = store.in(form.group(1) == null ? namespace : new Namespace(form.group(1)));
        String digits = form.group(2).toLowerCase(Locale.ROOT);
        List<SnapshotInfo> found = digits.length() == KvcKey.HEX_DIGITS ? exact(view, digits) : begin(view, digits);
        if (found.isEmpty()) {
            throw CommandException.notThere("no snapshot has the key " + name + "; 'kvc ls' lists those there are");
        } else if (found.size() > 1) {
            throw CommandException.usage(found.size() + " keys begin with " + name + ", such as "
                    + found.get(0).key() + " and " + found.get(1).key() + "; give more digits");
        }
        return found.get(0);
    }

    /** All of them, in the order of the names. */
    static List<SnapshotInfo> findAll(KvStore store, Namespace namespace, List<String> names)
            throws IOException, CommandException {
        List<SnapshotInfo> found = new ArrayList<>();
        for (String name : names) {
            found.add(find(store, namespace, name));
        }
        return found;
    }

    private static List<SnapshotInfo> exact(KvStore view, String digits) throws IOException {
        Optional<SnapshotInfo> info = view.stat(KvcKey.parse(digits));
        return info.map(List::of).orElse(List.of());
    }

    private static List<SnapshotInfo> begin(KvStore view, String digits) throws IOException {
        try (Stream<SnapshotInfo> all = view.list()) {
            return all.filter(info -> info.key().hex().startsWith(digits)).toList();
        }
    }
}
