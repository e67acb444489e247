package dev.kvc.examples.demo;

/** What the requests of a session, or of all, came to. */
public final class SessionTally {
    private final String name;
    private int requests;
    private int hits;
    private long tokens;
    private long saved;
    private long evictions;

    /** Of nothing yet. */
    public SessionTally(String name) {
        this.name = name;
    }

    /**
     * Counts a request.
     *
     * @param total tokens of its prompt
     * @param reused those that were not computed
     * @param evicted snapshots that its save removed
     */
    public void add(int total, int reused, int evicted) {
        requests++;
        hits += reused > 0 ? 1 : 0;
        tokens += total;
        saved += reused;
        evictions += evicted;
    }

    /** What the columns of {@link #addTo} are. */
    public static Table table() {
        return new Table("session", "requests", "hits", "hit rate", "tokens", "saved", "saved %", "evictions");
    }

    /** Adds its row. */
    public void addTo(Table table) {
        table.add(
                name,
                requests,
                hits,
                Table.percent(hits, requests),
                tokens,
                saved,
                Table.percent(saved, tokens),
                evictions);
    }
}
