package dev.kvc.simulator;

/** What decides which engine of a fleet a request goes to. */
public enum Router {
    /** Any engine, whatever the prompt: caches of single engines are worth least. */
    RANDOM("random"),

    /**
     * The engine that last had the longest beginning of the prompt, if that is more than half of it; else any. So a
     * conversation stays where it is, and a system prompt that all share does not bring all of them to one engine.
     */
    SESSION("session");

    private final String label;

    Router(String label) {
        this.label = label;
    }

    /** The name in settings and reports. */
    public String label() {
        return label;
    }
}
