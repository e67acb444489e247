package dev.kvc.s3;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** The requests that a client has made, by what they are called in S3. */
final class Requests implements ExecutionInterceptor {
    private final List<String> made = new CopyOnWriteArrayList<>();
    private final List<String> encryptions = new CopyOnWriteArrayList<>();

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
        made.add(context.request().getClass().getSimpleName().replace("Request", ""));
        if (context.request() instanceof PutObjectRequest put) {
            encryptions.add(String.valueOf(put.serverSideEncryptionAsString()));
        } else if (context.request() instanceof CreateMultipartUploadRequest create) {
            encryptions.add(String.valueOf(create.serverSideEncryptionAsString()));
        }
    }

    /** What those that make an object ask for. */
    List<String> encryptions() {
        return List.copyOf(encryptions);
    }

    /** Those since the last call. */
    List<String> take() {
        List<String> taken = List.copyOf(made);
        made.clear();
        return taken;
    }
}
