package dev.kvc.bench;

import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * A row of the table of targets.
 *
 * @param what what is compared with what
 * @param measure the ratio, or other number, from what was measured
 * @param bound what it must come to
 */
record Target(String what, ToDoubleFunction<Results> measure, Bound bound) {
    /** What a number must come to. */
    record Bound(boolean isLeast, double limit) {
        boolean isMetBy(double value) {
            return isLeast ? value >= limit : value <= limit;
        }

        @Override
        public String toString() {
            return (isLeast ? ">= " : "<= ") + number(limit);
        }
    }

    /**
     * How a target was met.
     *
     * @param value from the medians, which decides
     * @param best from the best round of each side, which shows what others on the machine did to the medians
     * @param cpu from processor times, which shows it better where one thread works and waits for no disk
     */
    record Verdict(Target target, double value, double best, double cpu) {
        boolean isMet() {
            return target.bound.isMetBy(value);
        }
    }

    static Bound atLeast(double limit) {
        return new Bound(true, limit);
    }

    static Bound atMost(double limit) {
        return new Bound(false, limit);
    }

    /** Empty if what it needs was not measured. */
    Optional<Verdict> evaluate(Results results) {
        try {
            return Optional.of(new Verdict(
                    this,
                    measure.applyAsDouble(results),
                    measure.applyAsDouble(results.best()),
                    measure.applyAsDouble(results.cpu())));
        } catch (Results.MissingException e) {
            return Optional.empty();
        }
    }

    /** A number in about three digits. */
    static String number(double value) {
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    }
}
