package dev.kvc.bench;

import java.time.Duration;
import java.util.List;

/**
 * One piece of work, done by several sides in turns.
 *
 * @param name its name, unique, for {@code --only}
 * @param isFull whether it is left out unless everything is asked for
 * @param unit what is measured
 * @param rounds how often each side works, without the two rounds of warm-up
 * @param batch how many times it does its work in one round
 * @param warmUp how long each side works before the rounds count, so that the compiler is done
 * @param jvm options of the JVM of each side
 * @param preparation lays out what the sides share; done once, in the parent
 * @param sides those who work
 */
record Scenario(
        String name,
        boolean isFull,
        Unit unit,
        int rounds,
        int batch,
        Duration warmUp,
        List<String> jvm,
        Preparation preparation,
        List<Side> sides) {
    private static final Duration WARM_UP = Duration.ofMillis(1_500);
    /** The compiler has more to do for what is short. */
    private static final Duration WARM_UP_OF_BATCHES = WARM_UP.multipliedBy(2);

    /** Lays out what sides share. */
    @FunctionalInterface
    interface Preparation {
        void prepare(Lab lab) throws Exception;
    }

    /** A time, with the defaults of most scenarios. */
    static Scenario time(String name, int rounds, int batch, Preparation preparation, List<Side> sides) {
        return new Scenario(
                name,
                false,
                Unit.NANOS,
                rounds,
                batch,
                batch > 1 ? WARM_UP_OF_BATCHES : WARM_UP,
                List.of("-Xmx2g"),
                preparation,
                sides);
    }

    Scenario onlyInFull() {
        return new Scenario(name, true, unit, rounds, batch, warmUp, jvm, preparation, sides);
    }

    Scenario measuring(Unit measured) {
        return new Scenario(name, isFull, measured, rounds, batch, warmUp, jvm, preparation, sides);
    }

    Scenario withJvm(String... options) {
        return new Scenario(name, isFull, unit, rounds, batch, warmUp, List.of(options), preparation, sides);
    }

    Scenario warmedUpFor(Duration time) {
        return new Scenario(name, isFull, unit, rounds, batch, time, jvm, preparation, sides);
    }

    /** The same without the sides that no target needs. */
    Scenario withoutExtras() {
        List<Side> needed = sides.stream().filter(side -> !side.isFull()).toList();
        return new Scenario(name, isFull, unit, rounds, batch, warmUp, jvm, preparation, needed);
    }

    Side side(String sideName) {
        return sides.stream()
                .filter(side -> side.name().equals(sideName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + " has no side " + sideName));
    }
}
