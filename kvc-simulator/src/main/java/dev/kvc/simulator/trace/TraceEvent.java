package dev.kvc.simulator.trace;

/** One line of a trace: what an engine asked of its store. */
public sealed interface TraceEvent permits Lookup, Save {
    /** When, in milliseconds since 1970, or since any other moment that is one for the whole trace; not negative. */
    long atMillis();

    /** The text that it is about. */
    Prefix text();
}
