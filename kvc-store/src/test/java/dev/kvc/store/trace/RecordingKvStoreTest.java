package dev.kvc.store.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.format.SaveReason;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.memory.CaffeineKvStore;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordingKvStoreTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(1_700_000_000_123L));
    private static final String TEXT = "0123456789abcdef";

    private final StringWriter written = new StringWriter();

    private static KvStore record(Writer out) throws IOException {
        KvStore store = CaffeineKvStore.builder().budget(DataSize.ofBytes(1000)).build();
        return new TraceWriter(out, 8).record(store, CLOCK);
    }

    private static SnapshotDraft draft(String text, int payloadBytes) {
        return SnapshotDraft.builder()
                .text(text)
                .payload(new byte[payloadBytes])
                .tokenCount(4)
                .saveReason(SaveReason.COLD)
                .modelId(7)
                .build();
    }

    private List<String> events() {
        return written.toString().lines().skip(1).toList();
    }

    /** The id of a beginning: the first 8 bytes of its key. */
    private static String idOf(String beginning) {
        return '"' + KvcKey.of(beginning).hex().substring(0, 16) + '"';
    }

    private static final String PATH = "\"path\":[" + idOf("01234567") + "," + idOf(TEXT) + "]";

    @Test
    void saves_and_lookups_are_recorded_and_no_text_is() throws IOException {
        try (KvStore store = record(written)) {
            store.save(draft(TEXT, 100));
            store.loadLongestPrefix(PrefixQuery.of(TEXT + "ghi")).orElseThrow().close();
            store.loadLongestPrefix(PrefixQuery.of("0123")).ifPresent(found -> {
                throw new AssertionError(found);
            });
            store.load(KvcKey.of(TEXT)).orElseThrow().close();
        }
        String key = KvcKey.of(TEXT).hex();
        String at = ",\"at\":1700000000123,";
        assertThat(events())
                .containsExactly(
                        "{\"op\":\"save\"" + at + "\"key\":\"" + key
                                + "\",\"length\":16,\"tokens\":4,\"bytes\":168,\"reason\":1,\"model\":7," + PATH + "}",
                        "{\"op\":\"lookup\"" + at + "\"length\":19,\"tokens\":0," + PATH + ",\"found\":\"" + key
                                + "\"}",
                        "{\"op\":\"lookup\"" + at + "\"length\":4,\"tokens\":0,\"path\":[]}",
                        "{\"op\":\"lookup\"" + at + "\"length\":16,\"tokens\":4," + PATH + ",\"found\":\"" + key
                                + "\"}");
        assertThat(written.toString()).doesNotContain("abcdef\"");
    }

    @Test
    void a_refused_save_is_recorded_since_another_policy_or_budget_may_take_it() throws IOException {
        try (KvStore store = record(written)) {
            assertThat(store.save(draft(TEXT, 5000)).outcome()).isEqualTo(Outcome.TOO_LARGE);
        }
        assertThat(events()).singleElement().asString().contains("\"bytes\":5068");
    }

    @Test
    void what_is_no_hit_is_not_recorded_and_views_are() throws IOException {
        try (KvStore store = record(written)) {
            KvStore tenant = store.in(Namespace.of("tenant"));
            tenant.save(draft(TEXT, 100));
            tenant.loadLongestPrefix(PrefixQuery.of(TEXT), LoadOptions.DEFAULT.withoutHit())
                    .orElseThrow()
                    .close();
            tenant.load(KvcKey.of(TEXT), LoadOptions.DEFAULT.withoutHit())
                    .orElseThrow()
                    .close();
            tenant.close();
        }
        assertThat(events()).singleElement().asString().contains("\"in\":\"tenant\"");
    }

    @Test
    void a_recording_that_cannot_be_written_costs_no_request() throws IOException {
        Writer full = new Writer() {
            private boolean begun;

            @Override
            public void write(char[] chars, int offset, int length) throws IOException {
                if (begun) {
                    throw new IOException("disk full");
                }
                begun = true;
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        try (KvStore store = record(full)) {
            assertThat(store.save(draft(TEXT, 100)).outcome()).isEqualTo(Outcome.STORED);
            store.loadLongestPrefix(PrefixQuery.of(TEXT)).orElseThrow().close();
        }
    }
}
