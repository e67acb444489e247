/**
 * What people read: {@link dev.kvc.cli.text.Units} writes numbers, {@link dev.kvc.cli.text.Texts} what prompts hold.
 */
@NullMarked
package dev.kvc.cli.text;

import org.jspecify.annotations.NullMarked;
