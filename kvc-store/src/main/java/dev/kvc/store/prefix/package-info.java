/**
 * Prefix lookup for people who write stores: {@link dev.kvc.store.prefix.PrefixIndex} turns a prompt into the keys that
 * its beginnings can have, in one hash pass.
 */
@NullMarked
package dev.kvc.store.prefix;

import org.jspecify.annotations.NullMarked;
