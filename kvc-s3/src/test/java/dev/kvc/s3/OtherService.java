package dev.kvc.s3;

import java.util.function.Predicate;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Services that do not do what the tests' server does. */
final class OtherService {
    private OtherService() {}

    /** Answers requests of a kind with an error, and does nothing. */
    static ExecutionInterceptor refusing(int status, Predicate<SdkRequest> kind) {
        return new ExecutionInterceptor() {
            @Override
            public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
                if (kind.test(context.request())) {
                    throw S3Exception.builder()
                            .statusCode(status)
                            .message("refused")
                            .build();
                }
            }
        };
    }

    static boolean isConditionalPut(SdkRequest request) {
        return request instanceof PutObjectRequest put && put.ifNoneMatch() != null;
    }

    /** Writes an object whatever may be there. */
    static ExecutionInterceptor ignoringConditions() {
        return new ExecutionInterceptor() {
            @Override
            public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
                return isConditionalPut(context.request())
                        ? ((PutObjectRequest) context.request())
                                .toBuilder().ifNoneMatch(null).build()
                        : context.request();
            }
        };
    }

    /** Does what the first request of a kind asks for, and then says that it could not. */
    static ExecutionInterceptor losingAnAnswer(Predicate<SdkRequest> kind) {
        return new ExecutionInterceptor() {
            private boolean lost;

            @Override
            public SdkHttpResponse modifyHttpResponse(
                    Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
                if (lost || !kind.test(context.request())) {
                    return context.httpResponse();
                }
                lost = true;
                return context.httpResponse().toBuilder().statusCode(503).build();
            }
        };
    }
}
