/**
 * For people who write stores over a network, such as {@code kvc-redis} and {@code kvc-s3}.
 *
 * <ul>
 *   <li>{@link dev.kvc.remote.RemoteCalls} makes requests of a service: tried again where that may help, refused at
 *       once while the service is down, and counted, so that the store's {@linkplain dev.kvc.store.StoreStats#health()
 *       statistics} say how it stands.
 *   <li>{@link dev.kvc.remote.RemoteSettings} says how often and for how long, from a store's URI.
 * </ul>
 */
@NullMarked
package dev.kvc.remote;

import org.jspecify.annotations.NullMarked;
