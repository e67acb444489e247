/**
 * Snapshots in S3, or in whatever else speaks its protocol, for engines on several machines.
 *
 * <p>Open one by its URI, {@code s3://bucket/prefix?region=eu-central-1}, or with {@link dev.kvc.s3.S3KvStore#builder},
 * and put it behind memory and a disk as the last tier. docs/remote.md says what can be set.
 *
 * <p>An object is an exact KVC file, {@code <prefix>/<namespace>/<40 hex digits>.kv}, so that it can be copied out, and
 * others copied in. Its user metadata repeat its header (a {@code Label}), so that nobody reads a body to learn what it
 * is. Beside the objects, under {@code .kvc/1/}, stands an empty object for each, whose name says when it was put
 * there, the label, and the key (an {@code IndexEntry}): a listing of those names is the index of all machines, and
 * what is new in it is listed from a time on. From it each process keeps a {@code Catalog}, in which prefixes are
 * looked up without a request.
 *
 * <p>Everything goes through {@code Bucket}, which knows the protocol, turns its failures into {@code IOException}s,
 * and does not ask a service that is down. {@code Saver}, {@code Loader}, {@code Index} and {@code Evictor} do the
 * work; {@code S3Store} is what the views of all namespaces share.
 */
@NullMarked
package dev.kvc.s3;

import org.jspecify.annotations.NullMarked;
