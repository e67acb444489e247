/** {@code ./kvc llama}: llama.cpp, whose state survives its process. */
@NullMarked
package dev.kvc.examples.llama;

import org.jspecify.annotations.NullMarked;
