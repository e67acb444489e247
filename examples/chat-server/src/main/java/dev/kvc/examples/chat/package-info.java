/**
 * Completions over HTTP, as OpenAI's: llama.cpp with one slot, in which sessions take turns. Switching costs a restore
 * and not a prefill, also after the process was killed.
 */
@NullMarked
package dev.kvc.examples.chat;

import org.jspecify.annotations.NullMarked;
