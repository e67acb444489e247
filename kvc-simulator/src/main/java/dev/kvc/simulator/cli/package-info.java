/** The program behind {@code ./kvc simulate}. */
@NullMarked
package dev.kvc.simulator.cli;

import org.jspecify.annotations.NullMarked;
