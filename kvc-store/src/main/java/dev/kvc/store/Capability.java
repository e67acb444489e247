package dev.kvc.store;

/** What a store can do beyond what every store must. */
public enum Capability {
    /** {@link KvStore#in} gives other namespaces. */
    NAMESPACES,
    /** Snapshots are still there after the process ends. */
    DURABLE,
    /** Several processes may use it at once. */
    SHARED,
    /** {@link KvStore#match} costs one pass over the prompt, not over the store. */
    INDEXED_PREFIXES,
    /** {@link PrefixMatch#divergesAt} looks at all texts, not only at those that begin the prompt as a whole. */
    DIVERGENCE,
    /** {@link KvStore#pin} keeps snapshots from eviction. */
    PINS,
    /** {@link KvStore#touch} counts hits. */
    TOUCH,
    /**
     * The bytes come over a network. What is to be copied into a faster store is then better streamed there, and
     * verified on the way, than fetched to be verified first.
     */
    REMOTE
}
