package dev.kvc.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcHeader;
import dev.kvc.format.SaveReason;
import dev.kvc.format.SessionTitle;
import org.junit.jupiter.api.Test;

class SnapshotDraftTest {
    private static SnapshotDraft.Builder draft() {
        return SnapshotDraft.builder()
                .tokenCount(5)
                .contextSize(10)
                .modelId(3)
                .payloadAbi(2)
                .saveReason(SaveReason.EVICT)
                .text("a text")
                .sessionTitle(SessionTitle.of("a title"))
                .payload(new byte[3]);
    }

    @Test
    void anotherPayloadLeavesTheRestAsItWas() {
        SnapshotDraft draft = draft().build();
        SnapshotDraft other = draft.withPayload(PayloadSource.of(new byte[9]));

        KvcHeader expected = draft.header(77).toBuilder().payloadBytes(9).build();
        assertThat(other.header(77)).isEqualTo(expected);
        assertThat(other.header(78).createdUnix()).as("the store's time").isEqualTo(78);
        assertThat(other.text()).isEqualTo(draft.text());
        assertThat(other.trailer()).isEqualTo(draft.trailer());
        assertThat(other.payload().size()).isEqualTo(9);
        assertThat(other.isVerified()).isTrue();
        assertThat(draft.payload().size()).isEqualTo(3);
    }

    @Test
    void anotherPayloadKeepsGivenTimesAndWhatIsUnverified() {
        KvcHeader header = draft().build().header(77);
        SnapshotDraft draft = SnapshotDraft.builder()
                .header(header)
                .text("a text")
                .payload(new byte[3])
                .unverified()
                .build();
        SnapshotDraft other = draft.withPayload(PayloadSource.of(new byte[9]));

        assertThat(other.header(99).createdUnix()).isEqualTo(77);
        assertThat(other.isVerified()).isFalse();
    }

    @Test
    void timesThatWereSetStayWhateverTheStoresTimeIs() {
        SnapshotDraft draft = draft().build();
        SnapshotDraft timed = draft.withTimes(77);

        assertThat(timed.header(99)).isEqualTo(draft.header(77));
        assertThat(timed.withTimes(88).header(99)).isEqualTo(draft.header(77));
        assertThat(timed.text()).isEqualTo(draft.text());
        assertThat(timed.payload()).isSameAs(draft.payload());
        assertThat(timed.trailer()).isEqualTo(draft.trailer());
        assertThat(draft.header(99).createdUnix()).isEqualTo(99);
    }
}
