package dev.kvc.eviction;

/**
 * LFU with dynamic ageing: the least often used goes first, and use fades. Sizes do not count.
 *
 * <p>From M. Arlitt, L. Cherkasova, J. Dilley, R. Friedrich and T. Jin, <em>Evaluating Content Management Techniques
 * for Web Proxy Caches</em>, ACM SIGMETRICS Performance Evaluation Review 27(4), 2000. Each snapshot has the priority
 *
 * <pre>L + frequency,    frequency = hits + 1</pre>
 *
 * <p>set when it is stored and at each hit, and the lowest goes first; of equal ones, the one that was set first. L
 * begins at 0 and becomes the priority of each victim, as in {@link SizeWeightedPolicy}: what was popular once does not
 * stay for ever.
 *
 * <p>Events cost O(log n), victims come in order. About 130 bytes a snapshot.
 */
public final class LfuPolicy extends GreedyDual {
    /** A policy that knows no snapshot yet. */
    public LfuPolicy() {}

    @Override
    double worth(SnapshotMetadata snapshot) {
        return snapshot.hits() + 1.0;
    }
}
