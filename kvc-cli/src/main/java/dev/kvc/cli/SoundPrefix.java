package dev.kvc.cli;

import dev.kvc.format.KvcFormatException;
import dev.kvc.store.KvStore;
import dev.kvc.store.PrefixMatch;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SnapshotInfo;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/** What a load of the longest beginning would give, found without one: a load would take away what is damaged. */
final class SoundPrefix {
    private SoundPrefix() {}

    /** The first candidate whose text is that of the prompt, and sound with all but the payload. */
    static Optional<SnapshotInfo> find(KvStore store, PrefixMatch match, PrefixQuery query) throws IOException {
        for (SnapshotInfo candidate : match.candidates()) {
            if (isSound(store, candidate, query)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private static boolean isSound(KvStore store, SnapshotInfo candidate, PrefixQuery query) throws IOException {
        try (SnapshotFile file = SnapshotFile.find(store, candidate.key()).orElse(null)) {
            return file != null && query.beginsWith(file.soundText());
        } catch (KvcFormatException | NoSuchFileException e) {
            return false; // the command names it as damaged
        }
    }
}
