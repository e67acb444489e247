package dev.kvc.eviction;

import java.util.Collection;
import java.util.List;
import java.util.ServiceLoader;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Finds eviction policies by the names that settings use. Immutable, safe from any thread. */
public final class EvictionPolicies {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]*");

    private final TreeMap<String, EvictionPolicyFactory> byName = new TreeMap<>();

    /**
     * The built-in policies and these.
     *
     * @throws IllegalArgumentException if a name is not lower-case letters, digits and {@code -}, or is taken
     */
    public EvictionPolicies(Collection<? extends EvictionPolicyFactory> more) {
        List.of(lru(), lfu(), s3Fifo(), sieve(), sizeWeighted(), ds4(), ds4Current(), prefixAware())
                .forEach(this::add);
        more.forEach(this::add);
    }

    /**
     * The built-in policies and those that {@code ServiceLoader} finds.
     *
     * @throws IllegalArgumentException as the constructor does
     */
    public static EvictionPolicies load() {
        return new EvictionPolicies(
                ServiceLoader.load(EvictionPolicyFactory.class, EvictionPolicies.class.getClassLoader()).stream()
                        .map(ServiceLoader.Provider::get)
                        .toList());
    }

    private void add(EvictionPolicyFactory factory) {
        String name = factory.name();
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a policy name: \"" + name + "\" of "
                    + factory.getClass().getName() + " (lower-case letters, digits and -)");
        }
        EvictionPolicyFactory other = byName.putIfAbsent(name, factory);
        if (other != null) {
            throw new IllegalArgumentException("two policies are named \"" + name + "\": "
                    + other.getClass().getName() + " and " + factory.getClass().getName());
        }
    }

    /**
     * The policy of this name.
     *
     * @throws IllegalArgumentException if there is none; the message names those there are
     */
    public EvictionPolicyFactory byName(String name) {
        EvictionPolicyFactory factory = byName.get(name);
        if (factory == null) {
            throw new IllegalArgumentException(
                    "no eviction policy is named \"" + name + "\"; there are " + String.join(", ", byName.keySet()));
        }
        return factory;
    }

    /** All names. */
    public SortedSet<String> names() {
        return new TreeSet<>(byName.keySet());
    }

    /** {@code lru}: {@link LruPolicy}. */
    public static EvictionPolicyFactory lru() {
        return new Named("lru", LruPolicy::new);
    }

    /** {@code lfu}: {@link LfuPolicy}. */
    public static EvictionPolicyFactory lfu() {
        return new Named("lfu", LfuPolicy::new);
    }

    /** {@code s3-fifo}: {@link S3FifoPolicy}. */
    public static EvictionPolicyFactory s3Fifo() {
        return new Named("s3-fifo", S3FifoPolicy::new);
    }

    /** {@code sieve}: {@link SievePolicy}. */
    public static EvictionPolicyFactory sieve() {
        return new Named("sieve", SievePolicy::new);
    }

    /** {@code size-weighted}: {@link SizeWeightedPolicy}. */
    public static EvictionPolicyFactory sizeWeighted() {
        return new Named("size-weighted", SizeWeightedPolicy::new);
    }

    /** {@code ds4}: {@link Ds4Policy}. */
    public static EvictionPolicyFactory ds4() {
        return new Named("ds4", Ds4Policy::new);
    }

    /** {@code ds4-current}: {@link Ds4Policy#current}. */
    public static EvictionPolicyFactory ds4Current() {
        return new Named("ds4-current", Ds4Policy::current);
    }

    /** {@code prefix-aware}: {@link PrefixAwarePolicy}. */
    public static EvictionPolicyFactory prefixAware() {
        return new Named("prefix-aware", PrefixAwarePolicy::new);
    }

    private record Named(String name, Supplier<EvictionPolicy> maker) implements EvictionPolicyFactory {
        @Override
        public EvictionPolicy create() {
            return maker.get();
        }
    }
}
