package dev.kvc.s3;

import dev.kvc.remote.RemoteCalls;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The requests that a store makes of its bucket. Whatever goes wrong is an {@code IOException}; while the service is
 * down it is not asked. Each request is tried again by the SDK, which knows which failures pass.
 *
 * <p>Safe from any thread.
 */
final class Bucket {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes \\d+-\\d+/(\\d+)");
    private static final int PIECE_BYTES = 64 << 10;
    private static final int IDLE_PIECES = 16;

    private final S3Client client;
    private final Runnable close;
    private final String bucket;
    private final Encryption encryption;
    private final RemoteCalls calls;
    /** What answers are read through, to be used again. */
    private final ArrayBlockingQueue<byte[]> pieces = new ArrayBlockingQueue<>(IDLE_PIECES);
    /** The store, and open snapshots, which outlive it. */
    private final AtomicInteger users = new AtomicInteger(1);

    /**
     * A bucket.
     *
     * @param close lets go of the client, when nobody needs it any more
     */
    Bucket(S3Client client, Runnable close, String bucket, Encryption encryption, RemoteCalls calls) {
        this.client = client;
        this.close = close;
        this.bucket = bucket;
        this.encryption = encryption;
        this.calls = calls;
    }

    RemoteCalls calls() {
        return calls;
    }

    /** What a failure message calls an object. */
    String uri(String name) {
        return "s3://" + bucket + "/" + name;
    }

    /** What is known of an object; empty if there is none. */
    Optional<ObjectHead> head(String name) throws IOException {
        try {
            HeadObjectResponse head = ask(
                    "look at",
                    name,
                    () -> client.headObject(r -> r.bucket(bucket).key(name)));
            return Optional.of(new ObjectHead(
                    head.eTag(),
                    head.versionId(),
                    head.contentLength(),
                    head.lastModified().toEpochMilli(),
                    Label.parse(head.metadata().get(Label.METADATA))));
        } catch (ServiceException e) {
            if (e.isNotFound()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Reads a part of an object to where it is wanted.
     *
     * @param version which object it must be; {@code null} for whichever there is
     * @param dst is filled, or as far as the object goes; its position advances
     * @throws ServiceException {@link ServiceException#isNotFound}, {@link ServiceException#isOtherVersion}, or
     *     {@link ServiceException#isOutOfRange} if the object ends before {@code position}
     */
    ObjectHead read(String name, @Nullable ObjectHead version, long position, ByteBuffer dst) throws IOException {
        long last = position + dst.remaining() - 1;
        int start = dst.position();
        GetObjectRequest.Builder request =
                GetObjectRequest.builder().bucket(bucket).key(name).range("bytes=" + position + "-" + last);
        if (version != null) {
            request.ifMatch(version.etag()).versionId(version.versionId());
        }
        return ask(
                "read",
                name,
                () -> client.getObject(request.build(), (response, body) -> {
                    dst.position(start); // where an attempt before this one was cut
                    fill(dst, body, response.contentLength());
                    return headOf(response);
                }));
    }

    private void fill(ByteBuffer dst, InputStream body, long length) {
        if (length > dst.remaining()) {
            throw RetryableException.create("the service sent " + length + " bytes for " + dst.remaining());
        }
        byte[] piece = Objects.requireNonNullElseGet(pieces.poll(), () -> new byte[PIECE_BYTES]);
        try {
            fill(dst, body, length, piece);
        } catch (IOException e) {
            throw RetryableException.create("the answer broke off: " + e.getMessage(), e);
        } finally {
            pieces.offer(piece);
        }
    }

    private static void fill(ByteBuffer dst, InputStream body, long length, byte[] piece) throws IOException {
        long left = length;
        while (left > 0) {
            int count = body.read(piece, 0, (int) Math.min(piece.length, left));
            if (count < 0) {
                throw RetryableException.create("the answer ended " + left + " bytes before its end");
            }
            dst.put(piece, 0, count);
            left -= count;
        }
    }

    private static ObjectHead headOf(GetObjectResponse response) {
        Matcher range = CONTENT_RANGE.matcher(response.contentRange() == null ? "" : response.contentRange());
        return new ObjectHead(
                response.eTag(),
                response.versionId(),
                range.matches() ? Long.parseLong(range.group(1)) : response.contentLength(),
                response.lastModified().toEpochMilli(),
                Label.parse(response.metadata().get(Label.METADATA)));
    }

    /**
     * Writes a small object.
     *
     * @param ifAbsent whether it may not be there
     * @return its tag
     * @throws ServiceException {@link ServiceException#isOtherVersion} if it is there and may not be
     */
    String put(String name, ByteBuffer body, Map<String, String> metadata, boolean ifAbsent) throws IOException {
        PutObjectResponse put = ask(
                "write",
                name,
                () -> client.putObject(
                        r -> encryption.apply(r.bucket(bucket)
                                .key(name)
                                .metadata(metadata)
                                .contentLength((long) body.remaining())
                                .ifNoneMatch(ifAbsent ? "*" : null)),
                        bodyOf(body)));
        return put.eTag();
    }

    private static RequestBody bodyOf(ByteBuffer bytes) {
        return RequestBody.fromContentProvider(
                () -> new BufferInput(bytes), bytes.remaining(), "application/octet-stream");
    }

    /** Begins an object that is written in parts, and gives the name of the upload. */
    String beginUpload(String name, Map<String, String> metadata) throws IOException {
        return ask(
                "write",
                name,
                () -> client.createMultipartUpload(
                                r -> encryption.apply(r.bucket(bucket).key(name).metadata(metadata)))
                        .uploadId());
    }

    /** Writes a part; the first has the number 1. */
    CompletedPart putPart(String name, String upload, int number, ByteBuffer part) throws IOException {
        String etag = ask(
                "write",
                name,
                () -> client.uploadPart(
                                r -> r.bucket(bucket)
                                        .key(name)
                                        .uploadId(upload)
                                        .partNumber(number)
                                        .contentLength((long) part.remaining()),
                                bodyOf(part))
                        .eTag());
        return CompletedPart.builder().partNumber(number).eTag(etag).build();
    }

    /**
     * Makes an object of its parts.
     *
     * @return its tag
     * @throws ServiceException as {@link #put}
     */
    String endUpload(String name, String upload, List<CompletedPart> parts, boolean ifAbsent) throws IOException {
        return ask(
                "write",
                name,
                () -> client.completeMultipartUpload(r -> r.bucket(bucket)
                                .key(name)
                                .uploadId(upload)
                                .ifNoneMatch(ifAbsent ? "*" : null)
                                .multipartUpload(upTo -> upTo.parts(parts)))
                        .eTag());
    }

    /** The uploads of an object that have begun and not ended. */
    List<MultipartUpload> uploads(String name) throws IOException {
        return ask(
                "list the uploads of",
                name,
                () -> client.listMultipartUploads(r -> r.bucket(bucket).prefix(name)).uploads().stream()
                        .filter(upload -> upload.key().equals(name))
                        .toList());
    }

    void abortUpload(String name, String upload) throws IOException {
        ask(
                "give up writing",
                name,
                () -> client.abortMultipartUpload(
                        r -> r.bucket(bucket).key(name).uploadId(upload)));
    }

    /** Deletes an object, if it is there. */
    void delete(String name) throws IOException {
        ask("delete", name, () -> client.deleteObject(r -> r.bucket(bucket).key(name)));
    }

    /**
     * Deletes this very object.
     *
     * @return whether it was still there
     */
    boolean delete(String name, ObjectHead version) throws IOException {
        try {
            ask(
                    "delete",
                    name,
                    () -> client.deleteObject(r -> r.bucket(bucket).key(name).ifMatch(version.etag())));
            return true;
        } catch (ServiceException e) {
            if (e.isNotFound() || e.isOtherVersion()) {
                return false;
            }
            throw e;
        }
    }

    /** Takes a page of a listing. */
    @FunctionalInterface
    interface PageReader {
        /** Whether to go on with the next page. */
        boolean read(ListObjectsV2Response page) throws IOException;
    }

    /**
     * Lists names, in their order, 1000 to a page.
     *
     * @param prefix what they begin with
     * @param after no name up to this one; {@code null} for all
     * @param oneLevel whether what has a further {@code /} is given as a common prefix
     */
    void list(String prefix, @Nullable String after, boolean oneLevel, PageReader reader) throws IOException {
        @Nullable String token = null;
        boolean more = true;
        while (more) {
            ListObjectsV2Response page = page(prefix, after, oneLevel, token);
            token = page.nextContinuationToken();
            more = reader.read(page) && Boolean.TRUE.equals(page.isTruncated());
        }
    }

    private ListObjectsV2Response page(String prefix, @Nullable String after, boolean oneLevel, @Nullable String token)
            throws IOException {
        return ask(
                "list",
                prefix,
                () -> client.listObjectsV2(r -> r.bucket(bucket)
                        .prefix(prefix)
                        .startAfter(token == null ? after : null)
                        .delimiter(oneLevel ? "/" : null)
                        .continuationToken(token)));
    }

    private <T> T ask(String operation, String name, Supplier<T> request) throws IOException {
        return calls.callOnce(operation, () -> {
            try {
                return request.get();
            } catch (SdkException e) {
                throw asIo(operation, name, e);
            }
        });
    }

    private IOException asIo(String operation, String name, SdkException e) {
        String message = "cannot " + operation + " " + uri(name) + ": " + e.getMessage();
        if (e instanceof AbortedException) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException(message);
            interrupted.initCause(e);
            return interrupted;
        }
        return new ServiceException(message, e instanceof S3Exception answer ? answer.statusCode() : 0, e);
    }

    /** One more snapshot needs the connections. */
    void retain() {
        users.incrementAndGet();
    }

    /** The store, or a snapshot, does not need them any more; the last one closes them. */
    void release() {
        if (users.decrementAndGet() == 0) {
            close.run();
        }
    }
}
