package dev.kvc.s3;

import dev.kvc.store.spi.FileImage;
import dev.kvc.store.spi.ImageWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** Sends objects: a small one in one request, a large one in parts, several of which are under way at once. */
final class Uploads {
    private static final System.Logger LOG = System.getLogger("dev.kvc.s3");

    private final Bucket bucket;
    private final OtherUploads others;
    private final ImageWriter writer;
    private final Executor threads;

    Uploads(Bucket bucket, OtherUploads others, ImageWriter writer, Executor threads) {
        this.bucket = bucket;
        this.others = others;
        this.writer = writer;
        this.threads = threads;
    }

    /** Whether it is so small that it goes in one request. */
    boolean isOneRequest(FileImage image) {
        return writer.parts(image.bytes()) == 1;
    }

    /**
     * Sends an object, which is there when this returns and not before.
     *
     * @param ifAbsent whether it may not be there
     * @return its tag
     * @throws ServiceException {@link ServiceException#isOtherVersion} if it is there and may not be
     */
    String send(String name, FileImage image, Label label, boolean ifAbsent) throws IOException {
        Map<String, String> metadata = Map.of(Label.METADATA, label.encode());
        return isOneRequest(image)
                ? writer.whole(image, whole -> bucket.put(name, whole, metadata, ifAbsent))
                : sendParts(name, image, metadata, ifAbsent);
    }

    private String sendParts(String name, FileImage image, Map<String, String> metadata, boolean ifAbsent)
            throws IOException {
        String upload = bucket.beginUpload(name, metadata);
        boolean done = false;
        try {
            if (ifAbsent && others.await(name, upload)) {
                throw ServiceException.otherVersion(bucket.uri(name) + " was saved by another, who began earlier");
            }
            List<CompletedPart> parts = new ArrayList<>();
            writer.write(image, (index, part) -> sendPart(name, upload, index, part, parts));
            parts.sort(Comparator.comparing(CompletedPart::partNumber));
            String etag = bucket.endUpload(name, upload, parts, ifAbsent);
            done = true;
            return etag;
        } finally {
            if (!done) {
                giveUp(name, upload);
            }
        }
    }

    private CompletionStage<CompletedPart> sendPart(
            String name, String upload, int index, ByteBuffer part, List<CompletedPart> sent) {
        CompletableFuture<CompletedPart> sending = new CompletableFuture<>();
        threads.execute(() -> {
            try {
                CompletedPart done = bucket.putPart(name, upload, index + 1, part);
                synchronized (sent) {
                    sent.add(done);
                }
                sending.complete(done);
            } catch (IOException | RuntimeException | Error e) {
                sending.completeExceptionally(e);
            }
        });
        return sending;
    }

    /** Lets the service forget the parts; where it does not answer, a rule of the bucket should do that. */
    private void giveUp(String name, String upload) {
        threads.execute(() -> {
            try {
                bucket.abortUpload(name, upload);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "the parts of an upload are left behind", e);
            }
        });
    }
}
