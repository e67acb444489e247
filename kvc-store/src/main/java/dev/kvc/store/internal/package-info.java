/** What the stores of this module share and nobody else sees. */
@NullMarked
package dev.kvc.store.internal;

import org.jspecify.annotations.NullMarked;
