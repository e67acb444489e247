package dev.kvc.eviction;

import org.jspecify.annotations.Nullable;

/**
 * How likely a snapshot of some kind and age is hit next, learned from what happened to others of its kind.
 *
 * <p>A <em>spell</em> is the time from a store or hit of a snapshot to its next hit, or to its removal, which says only
 * that there was no hit until then. Spells are counted by kind and by {@linkplain AgeBins age} at their end, those that
 * still go on by their age now. As in survival analysis, the <em>hazard</em> of a kind at an age is the hits at that
 * age divided by the time that spells of the kind have spent there; removals take a spell out of the count, and do not
 * bias it. Three things keep small counts from lying:
 *
 * <ol>
 *   <li>The hazard of all kinds together begins at {@code 0.05 ÷ (age + 2)}, the reuse of something of unknown
 *       popularity: with nothing learned, recency decides. An age that no snapshot has reached keeps that hope, so that
 *       where the young are never hit the old are kept until it is known whether they are.
 *   <li>The hazard of one kind begins at that of all kinds, or at the share of it that is given.
 *   <li>Each hazard is averaged with those of the ages beside it.
 * </ol>
 *
 * <p>The <em>index</em> of a kind at an age is Gittins': of all times for which one might keep the snapshot, the one
 * with the most hits for the time taken, {@code max over t of P(hit within t) ÷ E[time until hit or t]}. Where hazards
 * fall with age it is the hazard itself. Where they peak, as in sessions that take turns, it rises toward the peak and
 * drops behind it.
 *
 * <p>Counts are halved from time to time, so that the model follows its traffic.
 */
final class ReuseModel {
    private static final double HOPE = 0.05;
    private static final double HOPE_AGE = 2;
    /** Hits' worth of belief in what a hazard begins at, over {@link #HOPE}: of all kinds together, and of one kind. */
    private static final double TRUST_IN_HOPE = 8;

    private static final double TRUST_IN_ALL = 4;
    private static final double MIN_SURVIVAL = 1e-3;

    private final int kinds;
    private final double[] share;
    private final double[][] ended;
    private final double[][] hit;
    /** As of the last fit. */
    private final double[][] hits;

    private final double[][] exposure;
    /** The hazard of all kinds together. */
    private final double[] all = new double[AgeBins.COUNT];
    /** What follows from those for each kind; {@code null} until it is asked for. */
    private final double[] @Nullable [] hazard;

    private final double[] @Nullable [] expected;
    private final double[] @Nullable [] index;

    private double spells;

    /**
     * A model that has counted nothing.
     *
     * @param share for each kind, what its hazard is taken to be against that of all, before it is known
     */
    ReuseModel(double... share) {
        kinds = share.length;
        this.share = share.clone();
        ended = new double[kinds][AgeBins.COUNT];
        hit = new double[kinds][AgeBins.COUNT];
        hits = new double[kinds][];
        exposure = new double[kinds][];
        hazard = new double[kinds][];
        expected = new double[kinds][];
        index = new double[kinds][];
        fit(new int[kinds][AgeBins.COUNT]);
    }

    /** A spell ended with a hit. */
    void hit(int kind, int bin) {
        hit[kind][bin]++;
        ended(kind, bin);
    }

    /** A spell ended. */
    void ended(int kind, int bin) {
        ended[kind][bin]++;
        spells++;
    }

    /** What a snapshot is worth keeping, in hits for each event that it is kept. */
    double index(int kind, int bin) {
        double[] known = index[kind];
        if (known == null) {
            known = indexOf(hazard(kind));
            index[kind] = known;
        }
        return known[bin];
    }

    /** How many hits an average snapshot of the kind would have had by the middle of the bin, had it gone on. */
    double expected(int kind, int bin) {
        double[] known = expected[kind];
        if (known == null) {
            known = expectedOf(hazard(kind));
            expected[kind] = known;
        }
        return known[bin];
    }

    private double[] hazard(int kind) {
        double[] known = hazard[kind];
        if (known == null) {
            double[] raw = new double[AgeBins.COUNT];
            for (int bin = 0; bin < AgeBins.COUNT; bin++) {
                raw[bin] = shrunk(hits[kind][bin], exposure[kind][bin], share[kind] * all[bin], TRUST_IN_ALL);
            }
            known = smoothed(raw);
            hazard[kind] = known;
        }
        return known;
    }

    /** Forgets half of what it counted. */
    void fade() {
        spells /= 2;
        for (int kind = 0; kind < kinds; kind++) {
            for (int bin = 0; bin < AgeBins.COUNT; bin++) {
                ended[kind][bin] /= 2;
                hit[kind][bin] /= 2;
            }
        }
    }

    /** How many spells it has counted, those forgotten left out. */
    double spells() {
        return spells;
    }

    /**
     * Computes hazards anew from what has been counted by now; those of one kind when they are asked for, since many
     * fits pass in which hits are of one or two.
     *
     * @param alive how many spells of each kind and bin go on
     */
    void fit(int[][] alive) {
        double[] allHits = new double[AgeBins.COUNT];
        double[] allExposure = new double[AgeBins.COUNT];
        for (int kind = 0; kind < kinds; kind++) {
            hits[kind] = hit[kind].clone();
            exposure[kind] = exposure(ended[kind], alive[kind]);
            for (int bin = 0; bin < AgeBins.COUNT; bin++) {
                allHits[bin] += hits[kind][bin];
                allExposure[bin] += exposure[kind][bin];
            }
            hazard[kind] = null;
            expected[kind] = null;
            index[kind] = null;
        }
        for (int bin = 0; bin < AgeBins.COUNT; bin++) {
            double hope = HOPE / (AgeBins.middle(bin) + HOPE_AGE);
            all[bin] = shrunk(allHits[bin], allExposure[bin], hope, TRUST_IN_HOPE);
        }
    }

    /** The time spent in each bin by those that ended there or later; a spell's last bin counts half. */
    static double[] exposure(double[] ended, int[] alive) {
        double[] exposure = new double[AgeBins.COUNT];
        double later = 0;
        for (int bin = AgeBins.COUNT - 1; bin >= 0; bin--) {
            double here = ended[bin] + alive[bin];
            exposure[bin] = AgeBins.width(bin) * (later + here / 2);
            later += here;
        }
        return exposure;
    }

    /** Hits ÷ exposure, with as much exposure at the rate {@code base} added as makes {@code trust × HOPE} hits. */
    static double shrunk(double hits, double exposure, double base, double trust) {
        double belief = trust * HOPE;
        return (hits + belief) / (exposure + belief / base);
    }

    /** The geometric mean of hazard × age around each bin, itself counted twice. */
    static double[] smoothed(double[] hazard) {
        double[] risk = new double[AgeBins.COUNT];
        for (int bin = 0; bin < AgeBins.COUNT; bin++) {
            risk[bin] = hazard[bin] * AgeBins.middle(bin);
        }
        int last = AgeBins.COUNT - 1;
        double[] smoothed = new double[AgeBins.COUNT];
        smoothed[0] = Math.cbrt(risk[0] * risk[0] * risk[1]) / AgeBins.middle(0);
        for (int bin = 1; bin < last; bin++) {
            double product = risk[bin - 1] * risk[bin] * risk[bin] * risk[bin + 1];
            smoothed[bin] = Math.sqrt(Math.sqrt(product)) / AgeBins.middle(bin);
        }
        smoothed[last] = Math.cbrt(risk[last] * risk[last] * risk[last - 1]) / AgeBins.middle(last);
        return smoothed;
    }

    private static double[] expectedOf(double[] hazard) {
        double[] expected = new double[AgeBins.COUNT];
        double before = 0;
        for (int bin = 0; bin < AgeBins.COUNT; bin++) {
            double within = hazard[bin] * AgeBins.width(bin);
            expected[bin] = before + within / 2;
            before += within;
        }
        return expected;
    }

    /** A snapshot in a bin is taken to have half of it before it. */
    static double[] indexOf(double[] hazard) {
        double[] index = new double[AgeBins.COUNT];
        double[] survivingHalf = new double[AgeBins.COUNT];
        for (int bin = 0; bin < AgeBins.COUNT; bin++) {
            survivingHalf[bin] = Math.exp(-hazard[bin] * AgeBins.width(bin) / 2);
        }
        for (int bin = 0; bin < AgeBins.COUNT; bin++) {
            double surviving = survivingHalf[bin];
            double hits = 1 - surviving;
            double time = AgeBins.width(bin) / 2.0 * (1 - hits / 2);
            double bestHits = hits;
            double bestTime = time;
            for (int later = bin + 1; later < AgeBins.COUNT && surviving >= MIN_SURVIVAL; later++) {
                double chance = 1 - survivingHalf[later] * survivingHalf[later];
                hits += surviving * chance;
                time += surviving * AgeBins.width(later) * (1 - chance / 2);
                surviving *= 1 - chance;
                if (hits * bestTime > bestHits * time) {
                    bestHits = hits;
                    bestTime = time;
                }
            }
            index[bin] = bestHits / bestTime;
        }
        return index;
    }
}
