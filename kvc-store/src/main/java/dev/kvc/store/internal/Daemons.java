package dev.kvc.store.internal;

/** Threads that keep no program from ending. */
public final class Daemons {
    private Daemons() {}

    /** A thread for {@code work}, not started. */
    public static Thread thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }
}
