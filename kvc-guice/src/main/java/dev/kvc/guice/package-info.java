/** Guice modules that wire caches from code or from properties. */
@NullMarked
package dev.kvc.guice;

import org.jspecify.annotations.NullMarked;
