package dev.kvc.s3;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * Keeps what S3 promises and the tests' server does not: who reads an object while it is written has the old one or the
 * new one. Requests for one object take turns.
 */
final class AtomicObjects implements ExecutionInterceptor {
    private static final Map<String, Semaphore> TURNS = new ConcurrentHashMap<>();
    private static final ExecutionAttribute<Semaphore> TURN = new ExecutionAttribute<>("kvc-turn");

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
        String key = key(context.request());
        if (key != null) {
            Semaphore turn = TURNS.computeIfAbsent(key, any -> new Semaphore(1, true));
            turn.acquireUninterruptibly();
            attributes.putAttribute(TURN, turn);
        }
    }

    private static @Nullable String key(SdkRequest request) {
        if (request instanceof PutObjectRequest put) {
            return put.key();
        } else if (request instanceof DeleteObjectRequest delete) {
            return delete.key();
        } else if (request instanceof CompleteMultipartUploadRequest complete) {
            return complete.key();
        } else if (request instanceof GetObjectRequest get) {
            return get.key();
        }
        return request instanceof HeadObjectRequest head ? head.key() : null;
    }

    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
        end(attributes);
    }

    @Override
    public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes attributes) {
        end(attributes);
    }

    private static void end(ExecutionAttributes attributes) {
        Semaphore turn = attributes.getAttribute(TURN);
        if (turn != null) {
            attributes.putAttribute(TURN, null);
            turn.release();
        }
    }
}
