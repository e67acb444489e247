package dev.kvc.s3;

import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** Holds requests of a kind, either before they are sent or when they have been answered, until they may go on. */
final class Held implements ExecutionInterceptor {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final Predicate<SdkRequest> unsent;
    private final Predicate<SdkRequest> answered;
    private volatile boolean holds;

    private Held(Predicate<SdkRequest> unsent, Predicate<SdkRequest> answered) {
        this.unsent = unsent;
        this.answered = answered;
    }

    static Held unsent(Predicate<SdkRequest> kind) {
        return new Held(kind, any -> false);
    }

    static Held answered(Predicate<SdkRequest> kind) {
        return new Held(any -> false, kind);
    }

    /** From now on. */
    void hold() {
        holds = true;
    }

    /** Waits until one is held. */
    void await() throws InterruptedException {
        reached.await();
    }

    void release() {
        holds = false;
        released.countDown();
    }

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
        holdIf(unsent.test(context.request()));
    }

    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
        holdIf(answered.test(context.request()));
    }

    private void holdIf(boolean isOfTheKind) {
        if (!holds || !isOfTheKind) {
            return;
        }
        reached.countDown();
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
