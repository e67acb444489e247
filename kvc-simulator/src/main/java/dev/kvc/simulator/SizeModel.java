package dev.kvc.simulator;

import dev.kvc.simulator.trace.Save;
import java.util.List;

/** What a snapshot takes in its store. Implementations are safe from any thread. */
public interface SizeModel {
    /** Bytes of KV state a token, by ds4's files. */
    long DS4_BYTES_PER_TOKEN = 13_764;

    /** Bytes that every file of ds4 has besides: buffers of a fixed size. Measured sizes agree to 0.05 %. */
    long DS4_FIXED_BYTES = 23_995_788;

    /** What to call it in settings and reports. */
    String name();

    /** Bytes of the snapshot that this save would store, above 0. */
    long bytes(Save save);

    /** {@code ds4}: {@value #DS4_FIXED_BYTES} bytes and {@value #DS4_BYTES_PER_TOKEN} for each token. */
    static SizeModel ds4() {
        return linear("ds4", DS4_FIXED_BYTES, DS4_BYTES_PER_TOKEN);
    }

    /** {@code proportional}: {@value #DS4_BYTES_PER_TOKEN} bytes for each token. */
    static SizeModel proportional() {
        return linear("proportional", 0, DS4_BYTES_PER_TOKEN);
    }

    /** {@code recorded}: what the trace says; where it says nothing, as {@link #proportional}. */
    static SizeModel recorded() {
        SizeModel otherwise = proportional();
        return new SizeFormula("recorded", save -> save.bytes() > 0 ? save.bytes() : otherwise.bytes(save));
    }

    /** So many bytes for a snapshot, and so many for each of its tokens. */
    static SizeModel linear(String name, long fixedBytes, long bytesPerToken) {
        return new SizeFormula(name, save -> Math.max(1, fixedBytes + bytesPerToken * save.tokens()));
    }

    /** The ones above that need no numbers. */
    static List<SizeModel> all() {
        return List.of(ds4(), proportional(), recorded());
    }
}
