package dev.kvc.cli;

import dev.kvc.format.KvcHeader;
import java.util.Optional;

/** What ds4 reads: it passes over files that it does not take for its own. The format's page has the rules. */
final class Ds4 {
    private static final int CURRENT_ABI = 2;

    private Ds4() {}

    /** Why ds4, of whatever time, passes a file over; empty if it reads it. */
    static Optional<String> refusal(KvcHeader header) {
        if (header.quantBits() != 2 && header.quantBits() != 4) {
            return Optional.of("quant bits are " + header.quantBits() + ", and it knows 2 and 4");
        }
        return header.tokenCount() == 0 ? Optional.of("it covers no token") : Optional.empty();
    }

    /** Why ds4 since May 2026 passes a file over. */
    static Optional<String> currentRefusal(KvcHeader header) {
        Optional<String> refusal = refusal(header);
        return refusal.isEmpty() && header.payloadAbi() != CURRENT_ABI
                ? Optional.of("payload ABI is " + header.payloadAbi() + ", and it knows " + CURRENT_ABI)
                : refusal;
    }
}
