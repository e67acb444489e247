/**
 * The {@code kvc} command.
 *
 * <p>{@link dev.kvc.cli.Kvc} is its root and has {@code main}; each {@code …Command} is one subcommand, which it
 * registers. What commands share: {@code Terminal} is the outside world; {@code DirectoryOptions} finds the directory
 * and opens it by what {@code Configuration} says; {@code Keys} finds the snapshots that the user names;
 * {@code SnapshotFile} reads one file without a store; {@code Row}, {@code Units} and {@code Json} write.
 */
@NullMarked
package dev.kvc.cli;

import org.jspecify.annotations.NullMarked;
