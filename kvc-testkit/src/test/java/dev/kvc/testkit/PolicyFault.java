package dev.kvc.testkit;

import dev.kvc.eviction.EvictionContext;
import dev.kvc.eviction.EvictionPolicy;
import dev.kvc.eviction.LruPolicy;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.eviction.SnapshotMetadata;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Promises that a policy can break, each with the test of the contract that must see it. */
enum PolicyFault {
    NAMES_ONE_TWICE(
            "everyStoredSnapshotIsNamedOnceAfterAnyEvents",
            () -> naming(all -> {
                all.addAll(all.subList(0, Math.min(1, all.size())));
                return all;
            })),
    LEAVES_THE_LAST_OUT(
            "everyOneOfTenThousandSnapshotsIsNamedOnceAfterAnyEvents",
            () -> naming(all -> all.subList(0, Math.max(0, all.size() - 1)))),
    NAMES_WHAT_IS_GONE("everyStoredSnapshotIsNamedOnceAfterAnyEvents", () -> new Forwarding() {
        @Override
        public void removed(SnapshotId id) {}
    }),
    TAKES_A_HIT_FOR_AN_INSERT("eventsForAnUnknownSnapshotAreIgnored", () -> new Forwarding() {
        @Override
        public void hit(SnapshotMetadata snapshot) {
            inserted(snapshot);
        }
    }),
    REMEMBERS_THE_DEAD("eventsForARemovedSnapshotAreIgnored", () -> new Forwarding() {
        private final Set<SnapshotId> told = new HashSet<>();

        @Override
        public void inserted(SnapshotMetadata snapshot) {
            told.add(snapshot.id());
            super.inserted(snapshot);
        }

        @Override
        public void relinked(SnapshotId id, @Nullable SnapshotId ancestor) {
            if (told.contains(id)) {
                super.inserted(PolicyWalk.snapshot(id));
            }
        }
    }),
    REFUSES_WHAT_IT_KNOWS("insertOfAStoredSnapshotReplacesIt", () -> new Forwarding() {
        private final Set<SnapshotId> told = new HashSet<>();

        @Override
        public void inserted(SnapshotMetadata snapshot) {
            if (!told.add(snapshot.id())) {
                throw new IllegalStateException(snapshot.id() + " is known");
            }
            super.inserted(snapshot);
        }
    }),
    NEVER_TAKES_BACK("removedSnapshotThatIsStoredAgainIsNamedAgain", () -> new Forwarding() {
        private final Set<SnapshotId> gone = new HashSet<>();

        @Override
        public void removed(SnapshotId id) {
            gone.add(id);
            super.removed(id);
        }

        @Override
        public void inserted(SnapshotMetadata snapshot) {
            if (!gone.contains(snapshot.id())) {
                super.inserted(snapshot);
            }
        }
    }),
    FORGETS_WHAT_IT_NAMED("askingTwiceGivesTheSameVictims", () -> new Forwarding() {
        @Override
        public Iterator<SnapshotId> victims(EvictionContext context) {
            List<SnapshotId> all = all(context);
            all.forEach(this::removed);
            return all.iterator();
        }
    }),
    GOES_ON_WHERE_IT_WAS_LEFT("iteratorThatIsAbandonedChangesNothing", () -> new Forwarding() {
        private Iterator<SnapshotId> left = Collections.emptyIterator();

        @Override
        public Iterator<SnapshotId> victims(EvictionContext context) {
            if (!left.hasNext()) {
                left = all(context).iterator();
            }
            return left;
        }
    }),
    TAKES_A_QUESTION_FOR_A_USE("policyThatWasAskedTakesLaterEventsAsOneThatWasNot", () -> new Forwarding() {
        @Override
        public Iterator<SnapshotId> victims(EvictionContext context) {
            List<SnapshotId> all = all(context);
            all.stream().limit(1).forEach(id -> super.hit(PolicyWalk.snapshot(id)));
            return all.iterator();
        }
    }),
    SHUFFLES("equalEventsAndContextsGiveEqualVictims", () -> {
        Random random = new Random();
        return naming(all -> {
            Collections.shuffle(all, random);
            return all;
        });
    }),
    ENDS_WITH_NULL("hasNextMovesNothingAndTheEndIsAnError", () -> new Forwarding() {
        @Override
        public Iterator<SnapshotId> victims(EvictionContext context) {
            Iterator<SnapshotId> all = super.victims(context);
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return all.hasNext();
                }

                @Override
                @SuppressWarnings("NullAway")
                public SnapshotId next() {
                    return all.hasNext() ? all.next() : null;
                }
            };
        }
    }),
    LOOKS_AT_KEYS_ALONE("oneKeyInTwoNamespacesIsTwoSnapshots", () -> new Forwarding() {
        private final Set<Object> keys = new HashSet<>();

        @Override
        public void inserted(SnapshotMetadata snapshot) {
            if (keys.add(snapshot.id().key())) {
                super.inserted(snapshot);
            }
        }
    }),
    CLIMBS_ANCESTORS("ancestorsMayBeUnknownGoneOrGoRoundInACircle", () -> new Forwarding() {
        @Override
        public void relinked(SnapshotId id, @Nullable SnapshotId ancestor) {
            if (id.equals(ancestor)) {
                throw new IllegalArgumentException(id + " is its own ancestor");
            }
        }
    }),
    COUNTS_BYTES_IN_AN_INT("extremeMetadataIsRanked", () -> new Forwarding() {
        @Override
        public void inserted(SnapshotMetadata snapshot) {
            if (Math.toIntExact(snapshot.bytes()) >= 0) {
                super.inserted(snapshot);
            }
        }
    }),
    SHARES_ONE_INSTANCE("instancesOfAFactoryAreIndependent", new Supplier<>() {
        private final EvictionPolicy only = new LruPolicy();

        @Override
        public EvictionPolicy get() {
            return only;
        }
    });

    private final String seenBy;
    private final Supplier<EvictionPolicy> policies;

    PolicyFault(String seenBy, Supplier<EvictionPolicy> policies) {
        this.seenBy = seenBy;
        this.policies = policies;
    }

    /** The test that must fail. */
    String seenBy() {
        return seenBy;
    }

    /** A policy that is right but for this fault. */
    EvictionPolicy policy() {
        return policies.get();
    }

    private static EvictionPolicy naming(UnaryOperator<List<SnapshotId>> change) {
        return new Forwarding() {
            @Override
            public Iterator<SnapshotId> victims(EvictionContext context) {
                return change.apply(all(context)).iterator();
            }
        };
    }

    /** A right policy, to be made wrong in one place. */
    private abstract static class Forwarding implements EvictionPolicy {
        private final EvictionPolicy policy = new LruPolicy();

        @Override
        public void inserted(SnapshotMetadata snapshot) {
            policy.inserted(snapshot);
        }

        @Override
        public void hit(SnapshotMetadata snapshot) {
            policy.hit(snapshot);
        }

        @Override
        public void removed(SnapshotId id) {
            policy.removed(id);
        }

        @Override
        public void relinked(SnapshotId id, @Nullable SnapshotId ancestor) {
            policy.relinked(id, ancestor);
        }

        @Override
        public Iterator<SnapshotId> victims(EvictionContext context) {
            return policy.victims(context);
        }

        List<SnapshotId> all(EvictionContext context) {
            List<SnapshotId> all = new ArrayList<>();
            policy.victims(context).forEachRemaining(all::add);
            return all;
        }
    }
}
