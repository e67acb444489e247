/** What takes nanoseconds, measured with JMH. */
@NullMarked
package dev.kvc.bench.jmh;

import org.jspecify.annotations.NullMarked;
