/** A probe into the index of the file store. */
@NullMarked
package dev.kvc.store.fs;

import org.jspecify.annotations.NullMarked;
