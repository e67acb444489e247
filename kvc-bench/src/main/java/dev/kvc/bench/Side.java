package dev.kvc.bench;

/**
 * One way to do a scenario's work.
 *
 * @param name what the table calls it
 * @param opening opens what it works on, in the JVM that belongs to this side
 */
record Side(String name, Opening opening) {
    /** Opens what a side works on. */
    @FunctionalInterface
    interface Opening {
        /** The work, ready to be done; what must be closed is left to {@code lab}. */
        Operation open(Lab lab) throws Exception;
    }
}
