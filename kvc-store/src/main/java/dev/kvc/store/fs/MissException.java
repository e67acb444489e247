package dev.kvc.store.fs;

import dev.kvc.store.MissReason;

/** Ends a load that finds nothing. Never leaves this package; made without a stack, as it is no failure. */
final class MissException extends Exception {
    private static final long serialVersionUID = 1L;

    private final MissReason reason;

    MissException(MissReason reason) {
        super(reason.name(), null, false, false);
        this.reason = reason;
    }

    MissReason reason() {
        return reason;
    }
}
