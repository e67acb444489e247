package dev.kvc.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Labels and the names of index entries. */
class LabelTest {
    private static final KvcKey KEY = KvcKey.of("a text");
    private static final KvcHeader HEADER = KvcHeader.builder()
            .tokenCount(0xFFFF_FFFFL)
            .contextSize(4096)
            .quantBits(4)
            .modelId(255)
            .payloadAbi(2)
            .hitCount(7)
            .createdUnix(1_700_000_000)
            .lastUsedUnix(1_800_000_000)
            .payloadBytes(1L << 40)
            .build();
    private static final Label LABEL = new Label(-2, HEADER, 6, (1L << 40) + 52 + 6 + 100, true);

    @Test
    void labelComesBack() {
        assertThat(LABEL.encode()).hasSize(Label.LENGTH);
        assertThat(Label.parse(LABEL.encode())).isEqualTo(LABEL);
        Label bare = new Label(1, HEADER, 6, LABEL.fileBytes(), false);
        assertThat(Label.parse(bare.encode())).isEqualTo(bare);
    }

    @Test
    void entryComesBackAndItsNameFitsAnyFileSystem() {
        IndexEntry entry = new IndexEntry(1_770_000_000_123L, LABEL, Etags.digest("\"abc-2\""), KEY);
        assertThat(entry.name()).hasSizeLessThan(200);
        assertThat(IndexEntry.parse(entry.name())).isEqualTo(entry);
    }

    @Test
    void laterEntriesStandBehindEarlierOnes() {
        String early = new IndexEntry(9_999_999_999L, LABEL, 0, KEY).name();
        String late = new IndexEntry(1_770_000_000_000L, LABEL, 0, KEY).name();
        assertThat(early).isLessThan(late);
        assertThat(IndexEntry.timePart(1_770_000_000_000L)).isLessThan(late).isGreaterThan(early);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "0123456789abcdef.AAAA"})
    void nonsenseIsNoLabel(String text) {
        assertThat(Label.parse(text)).isNull();
        assertThat(IndexEntry.parse(text)).isNull();
    }

    @Test
    void noLabelAtAllIsNone() {
        assertThat(Label.parse(null)).isNull();
    }

    /** Whatever stands in metadata and names, it is a label or none. */
    @Test
    void changedCharactersNeverThrow() {
        SplittableRandom random = new SplittableRandom(1);
        String name = new IndexEntry(1_770_000_000_123L, LABEL, 5, KEY).name();
        for (int i = 0; i < 20_000; i++) {
            StringBuilder changed = new StringBuilder(name);
            changed.setCharAt(random.nextInt(name.length()), (char) random.nextInt(32, 300));
            changed.setCharAt(random.nextInt(name.length()), (char) random.nextInt(32, 127));
            IndexEntry entry = IndexEntry.parse(changed.toString());
            if (entry != null) {
                assertThat(entry.label().fileBytes()).isGreaterThanOrEqualTo(52);
            }
        }
    }

    @Test
    void quotesOfATagDoNotMatter() {
        assertThat(Etags.digest("\"abc\"")).isEqualTo(Etags.digest("abc")).isNotEqualTo(Etags.digest("abd"));
    }

    @Test
    void objectsAndFoldersAreNamedByTheirNamespace() {
        ObjectNames names = new ObjectNames("kvc/");
        Namespace llama = Namespace.of("llama");
        assertThat(names.object(new SnapshotId(Namespace.DEFAULT, KEY))).isEqualTo("kvc/" + KEY.hex() + ".kv");
        assertThat(names.object(new SnapshotId(llama, KEY))).isEqualTo("kvc/llama/" + KEY.hex() + ".kv");
        assertThat(names.key(llama, "kvc/llama/" + KEY.hex() + ".kv")).isEqualTo(KEY);
        assertThat(names.key(llama, "kvc/llama/" + KEY.hex().toUpperCase(java.util.Locale.ROOT) + ".kv"))
                .isNull();
        assertThat(names.namespace("kvc/llama/")).isEqualTo(llama);
        assertThat(names.namespace("kvc/.kvc/")).isNull();
        assertThat(names.behindIndex(llama))
                .isGreaterThan(names.index(llama) + "f")
                .isLessThan("kvc/llama/0");
    }
}
