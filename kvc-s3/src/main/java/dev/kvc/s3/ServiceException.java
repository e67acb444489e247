package dev.kvc.s3;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The service answered, or should have, and it was not what was wanted. */
final class ServiceException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int NOT_FOUND = 404;
    private static final int TIMEOUT = 408;
    private static final int CONFLICT = 409;
    private static final int PRECONDITION_FAILED = 412;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final int TOO_MANY = 429;
    private static final int SERVER_ERROR = 500;
    private static final int NOT_IMPLEMENTED = 501;

    private final int status;

    /**
     * A failure.
     *
     * @param status that of HTTP; 0 for no answer
     */
    ServiceException(String message, int status, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** An object is there that should not be, as the service would say if it were asked to write another. */
    static ServiceException otherVersion(String message) {
        return new ServiceException(message, PRECONDITION_FAILED, null);
    }

    /** Whether the same request may succeed later. */
    static boolean isTransient(IOException failure) {
        return failure instanceof ServiceException service && service.isTransient();
    }

    private boolean isTransient() {
        return status == 0
                || status == TIMEOUT
                || status == TOO_MANY
                || (status >= SERVER_ERROR && status != NOT_IMPLEMENTED);
    }

    boolean isNotFound() {
        return status == NOT_FOUND;
    }

    /** Whether the object is another one than was asked for, or is there although it should not be. */
    boolean isOtherVersion() {
        return status == PRECONDITION_FAILED || status == CONFLICT;
    }

    boolean isOutOfRange() {
        return status == RANGE_NOT_SATISFIABLE;
    }

    /** Whether the service does not know such a request, or a header of it. */
    boolean isNotImplemented() {
        return status == NOT_IMPLEMENTED;
    }
}
