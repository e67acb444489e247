package dev.kvc.s3;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * How the service encrypts what it keeps.
 *
 * @param kind {@code null} leaves it to the bucket
 * @param kmsKeyId the key of the key service; {@code null} for the account's own
 */
record Encryption(@Nullable Kind kind, @Nullable String kmsKeyId) {
    /** Left to the bucket. */
    static final Encryption OF_BUCKET = new Encryption(null, null);

    /** Who has the key. */
    enum Kind {
        /** S3 itself. */
        AES256(ServerSideEncryption.AES256),
        /** The key service. */
        KMS(ServerSideEncryption.AWS_KMS),
        /** The key service, in two layers. */
        KMS_DSSE(ServerSideEncryption.AWS_KMS_DSSE);

        private final ServerSideEncryption header;

        Kind(ServerSideEncryption header) {
            this.header = header;
        }

        boolean hasKeyId() {
            return this != AES256;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    PutObjectRequest.Builder apply(PutObjectRequest.Builder request) {
        return kind == null
                ? request
                : request.serverSideEncryption(kind.header).ssekmsKeyId(kmsKeyId);
    }

    CreateMultipartUploadRequest.Builder apply(CreateMultipartUploadRequest.Builder request) {
        return kind == null
                ? request
                : request.serverSideEncryption(kind.header).ssekmsKeyId(kmsKeyId);
    }
}
