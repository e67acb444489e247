package dev.kvc.bench;

import java.time.Duration;
import java.util.List;

/**
 * One piece of work, done by several sides in turns.
 *
 * @param name its name, unique, for {@code --only}
 * @param isFull whether it is left out unless everything is asked for
 * @param unit what is measured
 * @param rounds how often each side works, if it does not take long
 * @param batch how many times it does its work in one round
 * @param warmUp how long each side works before the rounds count, so that the compiler is done; nothing if what is
 *     measured does not depend on it
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
    private static final Duration WARM_UP = Duration.ofSeconds(1);
    /**
     * A young generation that is soon used again. The first touch of a page costs much, above all on a virtual machine,
     * and with a large one every allocation would be that, until a side has worked for long enough.
     */
    static final String YOUNG = "-Xmn64m";

    /** Lays out what sides share. */
    @FunctionalInterface
    interface Preparation {
        void prepare(Lab lab) throws Exception;
    }

    /** A time, with the defaults of most scenarios. */
    static Scenario time(String name, int rounds, int batch, Preparation preparation, List<Side> sides) {
        return new Scenario(
                name, false, Unit.NANOS, rounds, batch, WARM_UP, List.of("-Xmx2g", YOUNG), preparation, sides);
    }

    Scenario onlyInFull() {
        return new Scenario(name, true, unit, rounds, batch, warmUp, jvm, preparation, sides);
    }

    Scenario measuring(Unit measured) {
        Duration warm = measured.isOfTime() ? warmUp : Duration.ZERO;
        return new Scenario(name, isFull, measured, rounds, batch, warm, jvm, preparation, sides);
    }

    Scenario withJvm(String... options) {
        return new Scenario(name, isFull, unit, rounds, batch, warmUp, List.of(options), preparation, sides);
    }

    Scenario warmedUpFor(Duration time) {
        return new Scenario(name, isFull, unit, rounds, batch, time, jvm, preparation, sides);
    }

    /** The same, warmed up for longer; not if it is not warmed up at all. */
    Scenario warmedUpForAtLeast(Duration time) {
        return warmUp.isZero() || warmUp.compareTo(time) >= 0 ? this : warmedUpFor(time);
    }

    /** How long one of its sides works before the rounds count. */
    Duration warmUp(Side side) {
        return side.isPlain() ? warmUp.dividedBy(2) : warmUp;
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
