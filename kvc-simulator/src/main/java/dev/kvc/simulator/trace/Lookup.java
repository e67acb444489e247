package dev.kvc.simulator.trace;

/**
 * An engine looked up what is stored for a prompt: the request of which hit ratios tell.
 *
 * @param atMillis when
 * @param text the prompt
 * @param tokens that it has, those behind the last whole unit included
 */
public record Lookup(long atMillis, Prefix text, long tokens) implements TraceEvent {}
