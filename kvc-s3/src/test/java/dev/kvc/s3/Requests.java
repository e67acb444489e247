package dev.kvc.s3;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** The requests that a client has made, by what they are called in S3. */
final class Requests implements ExecutionInterceptor {
    private final List<String> made = new CopyOnWriteArrayList<>();

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
        made.add(context.request().getClass().getSimpleName().replace("Request", ""));
    }

    /** Those since the last call. */
    List<String> take() {
        List<String> taken = List.copyOf(made);
        made.clear();
        return taken;
    }
}
