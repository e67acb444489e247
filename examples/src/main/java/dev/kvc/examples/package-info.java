/** Small runnable programs, each with one idea. */
@NullMarked
package dev.kvc.examples;

import org.jspecify.annotations.NullMarked;
