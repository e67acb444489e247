/**
 * A small decoder-only transformer in plain Java: an engine whose state is worth keeping. The weights are random, from
 * a seed, so what it would say is noise; the computation and its key/value state are real.
 *
 * <p>{@link dev.kvc.examples.transformer.Transformer} computes, {@link dev.kvc.examples.transformer.KvState} is what it
 * has computed for a prompt so far, {@link dev.kvc.examples.transformer.TransformerConfig} says how large both are.
 */
@NullMarked
package dev.kvc.examples.transformer;

import org.jspecify.annotations.NullMarked;
