package dev.kvc.s3;

import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;

/**
 * Keeps what S3 promises and the tests' server does not: giving up an upload does nothing to an object of its name. The
 * server finds the parts by the upload, and forgets the object of the name that it is told.
 */
final class HarmlessAborts implements ExecutionInterceptor {
    @Override
    public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
        return context.request() instanceof AbortMultipartUploadRequest abort
                ? abort.toBuilder().key(abort.key() + ".aborted").build()
                : context.request();
    }
}
