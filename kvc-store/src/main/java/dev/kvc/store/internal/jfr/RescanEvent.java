package dev.kvc.store.internal.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A look at what is stored, as it is recorded. */
@Name("dev.kvc.Rescan")
@Label("Rescan")
@Category("KVC")
@Description("A listing of a store's directory and those of its namespaces, because it was opened or others changed it")
@StackTrace(false)
final class RescanEvent extends Event implements RescanSpan {
    @Label("Store")
    @Description("Which store: a directory's path")
    final String store;

    @Label("Opening")
    @Description("Whether it is the one that reads every header, when the store is opened")
    final boolean opening;

    @Label("Directories")
    @Description("The directories that were listed")
    int directories;

    @Label("Files")
    @Description("The files in them that are named as snapshots or as snapshots set aside")
    long files;

    @Label("Complete")
    @Description("Whether it came to its end; not if it failed or the store was closed meanwhile")
    boolean complete;

    private RescanEvent(String store, boolean opening) {
        this.store = store;
        this.opening = opening;
    }

    static RescanSpan begin(String store, boolean opening) {
        RescanEvent event = new RescanEvent(store, opening);
        if (!event.isEnabled()) {
            return NONE;
        }
        event.begin();
        return event;
    }

    @Override
    public void listed(int count) {
        directories++;
        files += count;
    }

    @Override
    public void complete() {
        complete = true;
    }

    @Override
    public void close() {
        commit();
    }
}
