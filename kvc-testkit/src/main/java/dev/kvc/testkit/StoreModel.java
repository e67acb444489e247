package dev.kvc.testkit;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SnapshotDraft;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A store as plainly as it can be said: a map. What a real store does is compared with it. Texts are ASCII. */
final class StoreModel {
    private final Map<SnapshotId, Entry> entries = new HashMap<>();

    /** What is stored under one key. */
    record Entry(SnapshotId id, String text, SeededPayload payload, KvcHeader header) {
        /** Whether the key is the hash of a beginning of the prompt, as long as the text: what metadata can tell. */
        boolean isCandidateFor(String prompt) {
            int length = text.length();
            return length > 0
                    && length <= prompt.length()
                    && KvcKey.of(prompt.substring(0, length)).equals(id.key());
        }

        /** Whether it makes a save of {@code draft} needless. */
        boolean servesAsWellAs(SnapshotDraft draft, String draftText) {
            KvcHeader other = draft.header(0);
            return text.equals(draftText)
                    && header.modelId() == other.modelId()
                    && header.payloadAbi() == other.payloadAbi()
                    && header.quantBits() == other.quantBits()
                    && header.contextSize() <= other.contextSize();
        }
    }

    @Nullable
    Entry get(SnapshotId id) {
        return entries.get(id);
    }

    void save(SnapshotId id, String text, SeededPayload payload, KvcHeader header) {
        entries.put(id, new Entry(id, text, payload, header));
    }

    boolean remove(SnapshotId id) {
        return entries.remove(id) != null;
    }

    void hit(Entry entry, long nowUnix) {
        KvcHeader header = entry.header;
        save(
                entry.id,
                entry.text,
                entry.payload,
                header.withUse(Math.min(KvcHeader.MAX_HIT_COUNT, header.hitCount() + 1), nowUnix));
    }

    /** What a namespace holds. */
    List<Entry> list(Namespace namespace) {
        return in(namespace).toList();
    }

    int size() {
        return entries.size();
    }

    /** The candidates of a query, longest first. */
    List<Entry> match(Namespace namespace, PrefixQuery query) {
        String prompt = prompt(query);
        return in(namespace)
                .filter(entry -> entry.isCandidateFor(prompt))
                .filter(entry -> query.refusal(entry.header).isEmpty())
                .sorted(Comparator.comparingInt((Entry entry) -> entry.text.length())
                        .reversed())
                .toList();
    }

    /** The longest candidate whose text begins the prompt. */
    Optional<Entry> longestPrefix(Namespace namespace, PrefixQuery query) {
        String prompt = prompt(query);
        return match(namespace, query).stream()
                .filter(entry -> prompt.startsWith(entry.text))
                .findFirst();
    }

    private static String prompt(PrefixQuery query) {
        return StandardCharsets.UTF_8.decode(query.prompt()).toString();
    }

    private Stream<Entry> in(Namespace namespace) {
        return entries.values().stream().filter(entry -> entry.id.namespace().equals(namespace));
    }
}
