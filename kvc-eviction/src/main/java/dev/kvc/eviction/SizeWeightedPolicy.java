package dev.kvc.eviction;

/**
 * GreedyDual-Size-Frequency: the least tokens saved for the bytes taken go first, and use fades.
 *
 * <p>From L. Cherkasova, <em>Improving WWW Proxies Performance with Greedy-Dual-Size-Frequency Caching Policy</em>,
 * HPL-98-69 (R.1), 1998. Each snapshot has the priority
 *
 * <pre>L + frequency × cost ÷ size,    cost = tokens, size = bytes, frequency = hits + 1</pre>
 *
 * <p>set when it is stored and at each hit, and the lowest goes first. L begins at 0 and becomes the priority of each
 * victim, so what is not used falls behind what comes in, however often it was used once.
 *
 * <p>L follows victims alone. A removal counts as one if its priority is no higher than what the last request for
 * victims came to; so removing something valuable by hand ages nobody.
 *
 * <p>Events cost O(log n), victims come in order. About 130 bytes a snapshot.
 */
public final class SizeWeightedPolicy extends GreedyDual {
    /** A policy that knows no snapshot yet. */
    public SizeWeightedPolicy() {}

    @Override
    double worth(SnapshotMetadata snapshot) {
        double frequency = snapshot.hits() + 1.0;
        return frequency * snapshot.tokens() / Math.max(1, snapshot.bytes());
    }
}
