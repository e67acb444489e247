/**
 * The store that keeps snapshots in a directory: {@link dev.kvc.store.fs.FileSystemKvStore}.
 *
 * <p>How it is built, for those who change it: {@code DirectoryStore} wires the parts and is what all namespaces share.
 * {@code Catalog} is the index and the accounting; {@code DirectoryScan} reads what fills it and {@code Refresher}
 * keeps it up to date, by what {@code Scanner} reads; {@code Background} runs both beside requests. {@code FileSaver}
 * saves: room from {@code Evictor}, a {@code Temporary}, bytes by {@code SnapshotWriter}. {@code FileLoader} opens and
 * verifies an {@code OpenFile}, of which it reads the {@code FileHead} first; {@code FileSnapshot} is what it gives;
 * {@code HitCounter} counts in place; {@code Quarantine} sets aside. For tools, {@code Adopter} takes files as they
 * are, {@code Wiper} overwrites them, {@code DirectoryVerifier} reads all of them; {@link dev.kvc.store.fs.OpenMode}
 * says what may be changed. {@code SharedDirectory} is what all stores of one directory in this process share;
 * {@code StoreFiles}, {@code FileDirectory}, {@code FileNames} and {@code FileStat} are all that is known of paths;
 * {@code FileIdentity} tells files apart that have had one name.
 */
@NullMarked
package dev.kvc.store.fs;

import org.jspecify.annotations.NullMarked;
