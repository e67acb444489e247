package dev.kvc.bench;

/**
 * One way to do a scenario's work.
 *
 * @param name what the table calls it
 * @param isFull whether it is left out, as no target needs it, unless everything or its scenario is asked for
 * @param isPlain whether it goes through so little code that the compiler is soon done with it
 * @param opening opens what it works on, in the JVM that belongs to this side
 */
record Side(String name, boolean isFull, boolean isPlain, Opening opening) {
    Side(String name, Opening opening) {
        this(name, false, false, opening);
    }

    /** One that works in a loop of a few calls of the JDK. */
    static Side plain(String name, Opening opening) {
        return new Side(name, false, true, opening);
    }

    Side onlyInFull() {
        return new Side(name, true, isPlain, opening);
    }

    /** Opens what a side works on. */
    @FunctionalInterface
    interface Opening {
        /** The work, ready to be done; what must be closed is left to {@code lab}. */
        Operation open(Lab lab) throws Exception;
    }
}
