package dev.kvc.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.format.SaveReason;
import dev.kvc.store.SnapshotInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CacheReportTest {
    private static final long NOW = 1_795_000_000L;
    private static final Snapshots.Texts NO_TEXT = (info, from) -> "";

    private static SnapshotInfo info(int number, int textBytes, long bytes, long hits) {
        KvcHeader header = KvcHeader.builder()
                .quantBits(2)
                .saveReason(new SaveReason(number % 6))
                .tokenCount(textBytes)
                .createdUnix(NOW - number)
                .lastUsedUnix(NOW - number / 2)
                .hitCount(hits)
                .build();
        return new SnapshotInfo(
                new SnapshotId(Namespace.DEFAULT, KvcKey.of("text " + number)), header, textBytes, bytes);
    }

    private static String page(List<SnapshotInfo> all, Map<SnapshotId, SnapshotId> ancestors) throws IOException {
        Snapshots snapshots =
                new Snapshots(all, ancestors, all.stream().map(SnapshotInfo::id).toList(), NO_TEXT);
        return CacheReport.of("a <dir>", snapshots, BudgetSection.lookingBack(snapshots, "lru"), NOW);
    }

    private static long count(String page, String pattern) {
        return Pattern.compile(pattern).matcher(page).results().count();
    }

    @Test
    void hundredThousandSnapshotsAreOnePageOfBoundedSize() throws IOException {
        long seed = 20261126;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<SnapshotInfo> all = new ArrayList<>();
        Map<SnapshotId, SnapshotId> ancestors = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            all.add(info(i, i + 1, 1000 + random.nextInt(1 << 20), random.nextInt(3) * random.nextLong(1000)));
            if (i > 20) {
                ancestors.put(all.get(i).id(), all.get(random.nextInt(i)).id());
            }
        }
        String page = page(all, ancestors);
        assertThat(page.length()).isLessThan(1 << 20);
        assertThat(count(page, "treeitem")).isBetween(100L, 1500L);
        assertThat(page).contains("100,000", "smaller or deeper snapshots together");
    }

    @Test
    void chainOfAnyLengthIsDrawn() throws IOException {
        List<SnapshotInfo> all = new ArrayList<>();
        Map<SnapshotId, SnapshotId> ancestors = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            all.add(info(i, i + 1, 1000, 0));
            if (i > 0) {
                ancestors.put(all.get(i).id(), all.get(i - 1).id());
            }
        }
        String page = page(all, ancestors);
        assertThat(page).contains("with 49999 that go on from it").contains("49971 smaller or deeper snapshots");
        assertThat(count(page, "treeitem")).isEqualTo(30);
    }

    @Test
    void ancestorsThatAreNoneDoNoHarm() throws IOException {
        SnapshotInfo a = info(1, 10, 100, 0);
        SnapshotInfo b = info(2, 10, 100, 0);
        SnapshotId gone = info(3, 5, 100, 0).id();
        Map<SnapshotId, SnapshotId> ring = Map.of(a.id(), b.id(), b.id(), a.id());
        assertThat(count(page(List.of(a, b), ring), "aria-level=\"2\"")).isEqualTo(1);
        assertThat(count(page(List.of(a), Map.of(a.id(), gone)), "aria-level=\"1\""))
                .isEqualTo(1);
        assertThat(count(page(List.of(a), Map.of(a.id(), a.id())), "aria-level=\"1\""))
                .isEqualTo(1);
    }

    @Test
    void anyHeaderHasAPlace() throws IOException {
        KvcHeader strange = KvcHeader.builder()
                .quantBits(2)
                .hitCount(KvcHeader.MAX_HIT_COUNT)
                .createdUnix(-1)
                .lastUsedUnix(-1)
                .build();
        SnapshotInfo info = new SnapshotInfo(info(1, 0, 1, 0).id(), strange, 0, Long.MAX_VALUE / 4);
        String page = page(List.of(info, info(2, 3, 0, 0)), Map.of());
        assertThat(page)
                .doesNotContain("NaN", "Infinity")
                .contains("2147M-4294M")
                .contains("a &lt;dir&gt;");
    }

    @Test
    void smallerBudgetsKeepTheHitsOfWhatIsNoVictim() {
        List<SnapshotInfo> all =
                List.of(info(1, 1, 100, 1), info(2, 2, 100, 2), info(3, 3, 100, 3), info(4, 4, 100, 4));
        Snapshots snapshots =
                new Snapshots(all, Map.of(), all.stream().map(SnapshotInfo::id).toList(), NO_TEXT);
        assertThat(BudgetSection.lookingBack(snapshots, "lru"))
                .contains("<th scope=\"row\">400 B</th>", "100.0 %")
                .containsPattern("(?s)300 B</th>.*?<td>90.0 %</td><td>3</td>")
                .containsPattern("(?s)200 B</th>.*?<td>70.0 %</td><td>2</td>")
                .containsPattern("(?s)100 B</th>.*?<td>40.0 %</td><td>1</td>");
    }

    @Test
    void classesDouble() {
        assertThat(Doubling.of(0)).isZero();
        assertThat(Doubling.label(Doubling.of(1))).isEqualTo("1");
        assertThat(Doubling.label(Doubling.of(3))).isEqualTo("2-3");
        assertThat(Doubling.label(Doubling.of(20_000))).isEqualTo("16k-32k");
        assertThat(Doubling.label(Doubling.of(1 << 24))).isEqualTo("16M-33M");
    }
}
