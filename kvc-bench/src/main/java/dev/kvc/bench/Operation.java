package dev.kvc.bench;

/** What a side does again and again. */
@FunctionalInterface
interface Operation {
    /** The work that is timed. */
    void run() throws Exception;

    /** What must be in place before each round; not timed. */
    default void prepare() throws Exception {}

    /**
     * Works once and says what it found, where that is no time of a whole call: bytes a snapshot, peak memory, a rate.
     */
    @FunctionalInterface
    interface Gauge extends Operation {
        /** The number found. */
        double measure() throws Exception;

        @Override
        default void run() throws Exception {
            measure();
        }
    }

    /** {@code run} with {@code prepare} before each round. */
    static Operation of(Operation prepare, Operation run) {
        return new Operation() {
            @Override
            public void prepare() throws Exception {
                prepare.run();
            }

            @Override
            public void run() throws Exception {
                run.run();
            }
        };
    }
}
