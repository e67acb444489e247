/**
 * {@code ./kvc llama}: llama.cpp, whose state survives its process. From the library to the program:
 *
 * <ul>
 *   <li>{@link dev.kvc.examples.llama.Llama}: the functions of llama.h, in the library that {@code NativeLibrary}
 *       loads, with the {@code Structs} that they take.
 *   <li>{@link dev.kvc.examples.llama.LlamaModel} and {@link dev.kvc.examples.llama.LlamaContext}: what llama.cpp
 *       allocates, with an owner, and every result checked.
 *   <li>{@link dev.kvc.examples.llama.LlamaEngine}: that with a prefix cache, and the place to start reading: what any
 *       engine needs of KVC.
 *   <li>{@link dev.kvc.examples.llama.NoiseModel}: a model for those who have none at hand, written as {@code Gguf}.
 *   <li>{@link dev.kvc.examples.llama.LlamaProgram}: {@code Restart} lets a process compute, kills it and lets another
 *       resume; {@code Replay} serves recorded sessions.
 * </ul>
 */
@NullMarked
package dev.kvc.examples.llama;

import org.jspecify.annotations.NullMarked;
