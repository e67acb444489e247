/**
 * {@code ./kvc demo}: a real computation whose state survives a restart.
 *
 * <p>{@link dev.kvc.examples.demo.Demo} is the program. Its {@code Engine} is what any engine needs of KVC, and the
 * place to start reading: how to save a state, and how to resume from the longest one that a prompt begins with.
 * Without arguments, or with prompts of one's own, {@code FirstProcess} computes and saves and {@code SecondProcess}
 * resumes. With recorded sessions, {@code SessionReplay} does both under a budget that is too small for all of them.
 */
@NullMarked
package dev.kvc.examples.demo;

import org.jspecify.annotations.NullMarked;
