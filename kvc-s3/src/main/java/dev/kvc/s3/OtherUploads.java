package dev.kvc.s3;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/**
 * Lets one of those who send the same large object at once send it, and the others wait for it: who began first, by the
 * service's clock. Who has given up, or began very long before, is not waited for.
 */
final class OtherUploads {
    static final Duration LONGEST_WAIT = Duration.ofMinutes(2);
    private static final Duration STEP = Duration.ofSeconds(1);

    /** One that began so much earlier was left behind. */
    private static final Duration LEFT_BEHIND = Duration.ofMinutes(10);

    private static final Comparator<MultipartUpload> BY_BEGIN =
            Comparator.comparing(MultipartUpload::initiated).thenComparing(MultipartUpload::uploadId);

    private final Bucket bucket;
    private final Pause pause;

    /** Lets time pass. */
    @FunctionalInterface
    interface Pause {
        void of(Duration time) throws InterruptedException;
    }

    OtherUploads(Bucket bucket, Pause pause) {
        this.bucket = bucket;
        this.pause = pause;
    }

    /**
     * Waits for whoever is ahead of us.
     *
     * @param ours the name of our upload, which has begun and sent nothing
     * @return whether the object is there now: ours is not needed
     */
    boolean await(String name, String ours) throws IOException {
        Duration waited = Duration.ZERO;
        while (isBehindAnother(name, ours) && waited.compareTo(LONGEST_WAIT) < 0) {
            pause();
            waited = waited.plus(STEP);
            if (bucket.head(name).isPresent()) {
                return true;
            }
        }
        return false;
    }

    private boolean isBehindAnother(String name, String ours) throws IOException {
        List<MultipartUpload> all;
        try {
            all = bucket.uploads(name);
        } catch (ServiceException e) {
            if (ServiceException.isTransient(e)) {
                throw e;
            }
            return false; // we may not see them, or the service does not tell
        }
        return all.stream()
                .filter(upload -> upload.uploadId().equals(ours))
                .findFirst()
                .filter(our -> all.stream().anyMatch(other -> isAhead(other, our)))
                .isPresent();
    }

    private static boolean isAhead(MultipartUpload other, MultipartUpload ours) {
        Instant stale = ours.initiated().minus(LEFT_BEHIND);
        return BY_BEGIN.compare(other, ours) < 0 && other.initiated().isAfter(stale);
    }

    private void pause() throws InterruptedIOException {
        try {
            pause.of(STEP);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted =
                    new InterruptedIOException("interrupted while another saved the same snapshot");
            interrupted.initCause(e);
            throw interrupted;
        }
    }
}
