package dev.kvc.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.remote.RemoteCalls;
import dev.kvc.remote.RemoteSettings;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;

/** Of those who send the same large object at once, one does. */
class OtherUploadsTest {
    private final String name = S3Server.newPrefix() + "/object";
    private final AtomicInteger pauses = new AtomicInteger();
    private Bucket bucket;

    @BeforeEach
    void open() {
        bucket = bucket();
    }

    private static Bucket bucket(ExecutionInterceptor... interceptors) {
        S3Client client = S3Server.newClient(S3Server.endpoint(), interceptors);
        return new Bucket(
                client,
                client::close,
                S3Server.BUCKET,
                Encryption.OF_BUCKET,
                new RemoteCalls("test", RemoteSettings.DEFAULT, InstantSource.system(), ServiceException::isTransient));
    }

    @AfterEach
    void close() {
        bucket.release();
    }

    private String begin() throws IOException {
        return bucket.beginUpload(name, Map.of());
    }

    private void end(String upload) throws IOException {
        CompletedPart part = bucket.putPart(name, upload, 1, ByteBuffer.allocate(10));
        bucket.endUpload(name, upload, List.of(part), false);
    }

    /** Waits, while {@code meanwhile} happens in the third pause. */
    private boolean await(String ours, Meanwhile meanwhile) throws IOException {
        return new OtherUploads(bucket, time -> {
                    if (pauses.incrementAndGet() == 3) {
                        meanwhile.run();
                    }
                })
                .await(name, ours);
    }

    @FunctionalInterface
    private interface Meanwhile {
        void run() throws InterruptedException;
    }

    private static Meanwhile doing(Action action) {
        return () -> {
            try {
                action.run();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        };
    }

    @FunctionalInterface
    private interface Action {
        void run() throws IOException;
    }

    @Test
    void firstWaitsForNobody() throws Exception {
        String ours = begin();
        begin();
        assertThat(await(ours, () -> {})).isFalse();
        assertThat(pauses).hasValue(0);
    }

    @Test
    void secondWaitsUntilTheObjectIsThere() throws Exception {
        String theirs = begin();
        String ours = begin();
        assertThat(await(ours, doing(() -> end(theirs)))).isTrue();
        assertThat(pauses).hasValue(3);
    }

    @Test
    void secondGoesOnWhenTheFirstGivesUp() throws Exception {
        String theirs = begin();
        String ours = begin();
        assertThat(await(ours, doing(() -> bucket.abortUpload(name, theirs)))).isFalse();
        assertThat(pauses).hasValue(3);
    }

    @Test
    void nobodyWaitsForEver() throws Exception {
        begin();
        assertThat(await(begin(), () -> {})).isFalse();
        assertThat(Duration.ofSeconds(pauses.get())).isEqualTo(OtherUploads.LONGEST_WAIT);
    }

    @Test
    void uploadOfALongerNameIsAnotherObjects() throws Exception {
        bucket.beginUpload(name + "s", Map.of());
        assertThat(await(begin(), () -> {})).isFalse();
        assertThat(pauses).hasValue(0);
    }

    @Test
    void whereTheServiceDoesNotTellOfUploadsNobodyIsWaitedFor() throws Exception {
        begin();
        String ours = begin();
        bucket.release();
        bucket = bucket(OtherService.refusing(501, ListMultipartUploadsRequest.class::isInstance));
        assertThat(await(ours, () -> {})).isFalse();
        assertThat(pauses).hasValue(0);
    }

    @Test
    void interruptedWaitIsAFailure() throws Exception {
        begin();
        String ours = begin();
        assertThatThrownBy(() -> await(ours, () -> {
                    throw new InterruptedException();
                }))
                .isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
