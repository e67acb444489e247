package dev.kvc.bench;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Parts of 8 MiB, four of them under way, through buffers that are used again; up to 8 MiB one request. Whose part it
 * is computes its checksums; requests carry none but the one that they are signed with.
 */
final class BareS3 implements Remote.Bare {
    static final String BUCKET = "bench";

    private static final int PART = 8 << 20;
    private static final int THREADS = 4;
    private static final int PIECE = 64 << 10;

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final ThreadLocal<byte[]> parts = ThreadLocal.withInitial(() -> new byte[PART]);
    private final ThreadLocal<byte[]> pieces = ThreadLocal.withInitial(() -> new byte[PIECE]);
    private final S3Client client;

    BareS3(URI endpoint) {
        client = S3Client.builder()
                .httpClientBuilder(Apache5HttpClient.builder())
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .build();
    }

    @Override
    public void empty() {
        client.listObjectsV2(list -> list.bucket(BUCKET))
                .contents()
                .forEach(object ->
                        client.deleteObject(delete -> delete.bucket(BUCKET).key(object.key())));
    }

    @Override
    public long put(int index, ByteBuffer payload) throws Exception {
        String name = name(index);
        if (payload.capacity() <= PART) {
            long crcs = Bare.crcs(payload);
            client.putObject(put -> put.bucket(BUCKET).key(name), body(payload));
            return crcs;
        }
        LongAdder crcs = new LongAdder();
        String upload = client.createMultipartUpload(
                        create -> create.bucket(BUCKET).key(name))
                .uploadId();
        List<CompletedPart> sent = inParts(payload, (part, at) -> () -> {
            int number = at / PART + 1;
            crcs.add(Bare.crcs(part));
            String tag = client.uploadPart(
                            to -> to.bucket(BUCKET).key(name).uploadId(upload).partNumber(number), body(part))
                    .eTag();
            return CompletedPart.builder().partNumber(number).eTag(tag).build();
        });
        client.completeMultipartUpload(
                complete -> complete.bucket(BUCKET).key(name).uploadId(upload).multipartUpload(all -> all.parts(sent)));
        return crcs.sum();
    }

    private static String name(int index) {
        return "payload" + index;
    }

    private RequestBody body(ByteBuffer part) {
        byte[] bytes = parts.get();
        int length = part.remaining();
        part.get(part.position(), bytes, 0, length);
        return RequestBody.fromContentProvider(
                () -> new ByteArrayInputStream(bytes, 0, length), length, "application/octet-stream");
    }

    @Override
    public long get(int index, ByteBuffer buffer) throws Exception {
        String name = name(index);
        buffer.clear();
        if (buffer.capacity() <= PART) {
            return read(name, buffer, 0);
        }
        return inParts(buffer, (part, at) -> () -> read(name, part, at)).stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private long read(String name, ByteBuffer part, int at) {
        int length = part.remaining();
        return client.getObject(
                get -> get.bucket(BUCKET).key(name).range("bytes=" + at + "-" + (at + length - 1)),
                (response, body) -> fill(part, body));
    }

    private long fill(ByteBuffer part, InputStream body) throws IOException {
        byte[] piece = pieces.get();
        while (part.hasRemaining()) {
            int count = body.read(piece, 0, Math.min(piece.length, part.remaining()));
            if (count < 0) {
                throw new EOFException();
            }
            part.put(piece, 0, count);
        }
        return Bare.crcs(part.flip());
    }

    /** Work on a part that begins at an offset. */
    private interface PartWork<T> {
        Callable<T> of(ByteBuffer part, int at);
    }

    private <T> List<T> inParts(ByteBuffer whole, PartWork<T> work) throws Exception {
        List<Callable<T>> all = IntStream.iterate(0, at -> at < whole.capacity(), at -> at + PART)
                .mapToObj(at -> work.of(whole.slice(at, Math.min(PART, whole.capacity() - at)), at))
                .toList();
        List<T> done = new ArrayList<>();
        for (Future<T> each : threads.invokeAll(all)) {
            done.add(each.get());
        }
        return done;
    }

    @Override
    public void close() {
        threads.shutdown();
        client.close();
    }
}
