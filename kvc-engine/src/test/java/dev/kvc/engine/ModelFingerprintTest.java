package dev.kvc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ModelFingerprintTest {
    private static final ModelFingerprint FINGERPRINT =
            ModelFingerprint.empty().with("weights", "a checksum").with("rope.freq_base", 10_000f);

    @Test
    void equalThingsInAnyOrderAreOneNamespace() {
        ModelFingerprint same =
                ModelFingerprint.empty().with("rope.freq_base", 10_000f).with("weights", "a checksum");
        assertThat(same.namespace()).isEqualTo(FINGERPRINT.namespace());
    }

    /** The same after an update, or no snapshot is found any more: SHA-256 by another program. */
    @Test
    void namespaceLasts() {
        assertThat(FINGERPRINT.namespace().name()).isEqualTo("9cd4cd7c5e1518a436718554a313a36bca2e2ea9");
    }

    @Test
    void anyDifferenceIsAnotherNamespace() {
        assertThat(FINGERPRINT.with("threads", 4).namespace()).isNotEqualTo(FINGERPRINT.namespace());
        assertThat(ModelFingerprint.empty().with("ab", "c").namespace())
                .isNotEqualTo(ModelFingerprint.empty().with("a", "bc").namespace());
    }

    @Test
    void addingLeavesTheOriginalAsItWas() {
        var before = FINGERPRINT.namespace();
        FINGERPRINT.with("threads", 4);
        assertThat(FINGERPRINT.namespace()).isEqualTo(before);
    }

    @Test
    void thingIsSetOnce() {
        assertThatThrownBy(() -> FINGERPRINT.with("weights", "another"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("weights was already set to a checksum");
    }
}
