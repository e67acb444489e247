package dev.kvc.store.internal;

import java.lang.ref.Cleaner;

/**
 * Tells an operator of snapshots and mappings that nobody closed, with the stack that opened them. On only if the
 * system property {@code kvc.leaks} is {@code on} when a store is opened: a stack for each load costs more than the
 * load.
 *
 * <p>What is leaked is closed by the JDK when it is collected, reported or not, and never keeps a file from eviction.
 */
public final class LeakReports {
    /** The system property that turns them on. */
    public static final String PROPERTY = "kvc.leaks";

    private static final System.Logger LOG = System.getLogger("dev.kvc.store");
    private static final Watch NOTHING = () -> {};
    private static final LeakReports OFF = new LeakReports(false);

    private final boolean on;

    private LeakReports(boolean on) {
        this.on = on;
    }

    /** As the system property says now. */
    public static LeakReports ofSystemProperty() {
        return "on".equals(System.getProperty(PROPERTY)) ? new LeakReports(true) : OFF;
    }

    /** Ends when what it watches is closed. */
    public interface Watch {
        /** It has been closed. A second call does nothing. */
        void closed();
    }

    /**
     * Watches something that its user must close.
     *
     * @param opened is not kept alive by the watch
     * @param name what to call it
     */
    public Watch watch(Object opened, String name) {
        return on ? OnWatch.of(opened, new Report(name, new Throwable("it was opened here"))) : NOTHING;
    }

    /** Holds the cleaner, whose thread is started when the first object is watched. */
    private record OnWatch(Report report, Cleaner.Cleanable cleanable) implements Watch {
        private static final Cleaner CLEANER = Cleaner.create();

        static OnWatch of(Object opened, Report report) {
            return new OnWatch(report, CLEANER.register(opened, report));
        }

        @Override
        public void closed() {
            report.isClosed = true;
            cleanable.clean();
        }
    }

    /** What is said of a leak. Refers to nothing of what it watches. */
    private static final class Report implements Runnable {
        private final String name;
        private final Throwable origin;
        private volatile boolean isClosed;

        Report(String name, Throwable origin) {
            this.name = name;
            this.origin = origin;
        }

        @Override
        public void run() {
            if (!isClosed) {
                LOG.log(System.Logger.Level.WARNING, () -> name + " was not closed by its user", origin);
            }
        }
    }
}
