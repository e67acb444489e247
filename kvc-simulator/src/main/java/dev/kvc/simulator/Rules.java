package dev.kvc.simulator;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** What every simulation asks of its settings; a problem is an {@code IllegalArgumentException} that names them. */
final class Rules {
    private Rules() {}

    static void require(boolean rule, String problem) {
        if (!rule) {
            throw new IllegalArgumentException(problem);
        }
    }

    static void requireShare(String name, double share) {
        require(share > 0 && Double.isFinite(share), name + " is " + share + "; it must be above 0");
    }

    static void requireThreads(int threads) {
        require(threads > 0, "threads is " + threads + "; it must be 1 or more");
    }

    static <T> void requireDistinct(String name, List<T> values, Function<T, String> label) {
        Set<String> seen = new HashSet<>();
        for (T value : values) {
            require(seen.add(label.apply(value)), name + " has " + label.apply(value) + " twice");
        }
    }
}
