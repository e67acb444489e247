/**
 * For people who write stores: what a {@link dev.kvc.store.KvStore} owes beside keeping bytes.
 *
 * <ul>
 *   <li>{@link dev.kvc.store.spi.StoreReport} counts, tells listeners and Flight Recorder, and gives the
 *       {@link dev.kvc.store.StoreStats}; a load tells it its {@link dev.kvc.store.spi.Answer}.
 *   <li>{@link dev.kvc.store.LoadOptions#refusal} says whether a load may have what was found;
 *       {@link dev.kvc.store.SnapshotDraft#isServedBy} whether a save is to leave what is there;
 *       {@link dev.kvc.store.SnapshotInfo#used} counts a hit, and {@link dev.kvc.store.spi.HitForwarder} gathers hits
 *       where counting each would cost too much.
 *   <li>{@link dev.kvc.store.spi.AdmissionGate} refuses what covers too few tokens, or is too much for a day.
 *   <li>A store that keeps exact KVC files somewhere else writes them with {@link dev.kvc.store.spi.FileImage}, a
 *       draft's file as a stream, which {@link dev.kvc.store.spi.ImageWriter} cuts into parts; and reads them with
 *       {@link dev.kvc.store.spi.ImageReader}, whose {@link dev.kvc.store.spi.StoredImage} becomes the snapshot.
 *       {@link dev.kvc.store.spi.BufferPool} lends memory for files that it fetches itself.
 *   <li>For tools such a store gives its {@link dev.kvc.store.spi.StoredFiles}, which
 *       {@link dev.kvc.store.spi.StoredFilesVerifier} verifies, also for a
 *       {@link dev.kvc.store.spi.StoredFilesProvider}.
 *   <li>Prefix lookup: {@link dev.kvc.store.prefix.PrefixIndex} and {@link dev.kvc.store.PrefixLookup}.
 * </ul>
 *
 * <p>{@code KvStoreContract} in {@code kvc-testkit} tests the whole.
 */
@NullMarked
package dev.kvc.store.spi;

import org.jspecify.annotations.NullMarked;
