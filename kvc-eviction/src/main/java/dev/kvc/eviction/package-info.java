/** Which snapshots a full store gives up: the policy interface and the policies. */
@NullMarked
package dev.kvc.eviction;

import org.jspecify.annotations.NullMarked;
