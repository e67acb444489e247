package dev.kvc.testkit;

import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.PrefixMatch;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Promises that a store can break, each with the test of the contract that must see it. */
enum Fault {
    FLIPS_A_BIT("payloadIsReadFromAnyPosition") {
        @Override
        KvStore in(KvStore store) {
            return loading(store, snapshot -> new ForwardingSnapshot(snapshot) {
                @Override
                public int read(ByteBuffer dst, long position) throws IOException {
                    int start = dst.position();
                    int count = super.read(dst, position);
                    if (count > 0) {
                        dst.put(start, (byte) (dst.get(start) ^ 1));
                    }
                    return count;
                }
            });
        }
    },
    FORGETS_RESERVED_BYTES("everyHeaderFieldIsKept") {
        @Override
        KvStore in(KvStore store) {
            return saving(store, draft -> copyOf(draft, header -> header.reserved(0), draft.payload()));
        }
    },
    PADS_SHORT_PAYLOADS("badSourceLeavesNothingBehind") {
        @Override
        KvStore in(KvStore store) {
            return saving(store, draft -> {
                ByteBuffer state = ByteBuffer.allocate((int) draft.payload().size());
                draft.payload().writeTo(new InMemorySnapshot.Filler(state));
                return copyOf(draft, header -> header, PayloadSource.of(state.clear()));
            });
        }
    },
    REMOVES_BEFORE_IT_REPLACES("badSourceLeavesTheOldSnapshot") {
        @Override
        KvStore in(KvStore store) {
            return new ForwardingKvStore(store) {
                @Override
                public SaveResult save(KvcKey key, SnapshotDraft draft, SaveOptions options) throws IOException {
                    boolean there = !options.ifAbsent() && store.remove(key);
                    SaveResult result = store.save(key, draft, options);
                    return there ? SaveResult.of(Outcome.REPLACED, result.bytes()) : result;
                }
            };
        }
    },
    NEVER_FINDS_IT_PRESENT("saveIfAbsentLeavesWhatServesAsWell") {
        @Override
        KvStore in(KvStore store) {
            return new ForwardingKvStore(store) {
                @Override
                public SaveResult save(KvcKey key, SnapshotDraft draft, SaveOptions options) throws IOException {
                    return store.save(key, draft, SaveOptions.DEFAULT);
                }
            };
        }
    },
    COUNTS_A_STAT_AS_A_HIT("statListAndMatchAreNoHits") {
        @Override
        KvStore in(KvStore store) {
            return new ForwardingKvStore(store) {
                @Override
                public Optional<SnapshotInfo> stat(KvcKey key) throws IOException {
                    store.load(key).ifPresent(hit -> {});
                    return store.stat(key);
                }
            };
        }
    },
    COUNTS_EVERY_LOAD_AS_A_HIT("loadWithoutHitLeavesTheCountsAsTheyAre") {
        @Override
        KvStore in(KvStore store) {
            return new ForwardingKvStore(store) {
                @Override
                public Optional<Snapshot> load(KvcKey key, LoadOptions options) throws IOException {
                    return store.load(
                            key,
                            new LoadOptions(
                                    options.verify(), options.requireVerified(), true, 0, options.expectOrNull()));
                }
            };
        }
    },
    EXPECTS_NOTHING("loadMissesWhatItDoesNotExpect") {
        @Override
        KvStore in(KvStore store) {
            return new ForwardingKvStore(store) {
                @Override
                public Optional<Snapshot> load(KvcKey key, LoadOptions options) throws IOException {
                    return store.load(
                            key,
                            new LoadOptions(options.verify(), options.requireVerified(), options.countHit(), 0, null));
                }
            };
        }
    },
    LISTS_ALL_BUT_ONE("listGivesEachSnapshotOnce") {
        @Override
        KvStore in(KvStore store) {
            return new ForwardingKvStore(store) {
                @Override
                public Stream<SnapshotInfo> list() throws IOException {
                    return store.list().skip(1);
                }
            };
        }
    },
    IGNORES_GATES("u18GateKeepsOut") {
        @Override
        KvStore in(KvStore store) {
            return new ForwardingKvStore(store) {
                @Override
                public PrefixMatch match(PrefixQuery query) throws IOException {
                    return store.match(PrefixQuery.of(query.prompt()));
                }
            };
        }
    },
    TRUSTS_THE_HASH("textIsComparedAndNotOnlyHashed") {
        @Override
        KvStore in(KvStore store) {
            return new ForwardingKvStore(store) {
                @Override
                public Optional<Snapshot> loadLongestPrefix(PrefixQuery query, LoadOptions options) throws IOException {
                    Optional<SnapshotInfo> best = match(query).best();
                    return best.isEmpty()
                            ? Optional.empty()
                            : store.load(best.get().key(), options);
                }
            };
        }
    },
    OFFERS_ONE_CANDIDATE("candidatesComeLongestFirst") {
        @Override
        KvStore in(KvStore store) {
            return new ForwardingKvStore(store) {
                @Override
                public PrefixMatch match(PrefixQuery query) throws IOException {
                    PrefixMatch match = store.match(query);
                    return new PrefixMatch(match.candidates().stream().limit(1).toList(), match.refused());
                }
            };
        }
    },
    FORGETS_REJECTS("u7RejectedSnapshotIsNeverServedAgain") {
        @Override
        KvStore in(KvStore store) {
            return loading(store, snapshot -> new ForwardingSnapshot(snapshot) {
                @Override
                public void reject() {}
            });
        }
    },
    REJECTS_BY_KEY("snapshotSavedMeanwhileIsNotTouched") {
        @Override
        KvStore in(KvStore store) {
            return loading(store, snapshot -> new ForwardingSnapshot(snapshot) {
                @Override
                public void reject() throws IOException {
                    store.remove(info().key());
                }
            });
        }
    },
    READS_AFTER_CLOSE("closedSnapshotGivesNoBytes") {
        @Override
        KvStore in(KvStore store) {
            return loading(store, snapshot -> new ForwardingSnapshot(snapshot) {
                @Override
                public void close() {}
            });
        }
    },
    CLOSES_FOR_ALL("u25InterruptedReaderClosesItsOwnSnapshotAlone") {
        @Override
        KvStore in(KvStore store) {
            return new ForwardingKvStore(store) {
                private volatile boolean interrupted;

                @Override
                public Optional<Snapshot> load(KvcKey key, LoadOptions options) throws IOException {
                    return store.load(key, options).map(snapshot -> new ForwardingSnapshot(snapshot) {
                        @Override
                        public int read(ByteBuffer dst, long position) throws IOException {
                            interrupted |= Thread.currentThread().isInterrupted();
                            if (interrupted) {
                                throw new ClosedByInterruptException();
                            }
                            return super.read(dst, position);
                        }
                    });
                }
            };
        }
    },
    MIXES_OLD_AND_NEW("readersSeeTheOldSnapshotOrTheNewOneWhole") {
        @Override
        KvStore in(KvStore store) {
            return loading(store, snapshot -> new ForwardingSnapshot(snapshot) {
                @Override
                public int read(ByteBuffer dst, long position) throws IOException {
                    KvcKey key = info().key();
                    try (Snapshot now =
                            store.load(key, LoadOptions.DEFAULT.withoutHit()).orElseThrow()) {
                        return now.payload().read(dst, position);
                    }
                }
            });
        }
    },
    SERVES_AFTER_CLOSE("closedStoreRefusesWork") {
        @Override
        KvStore in(KvStore store) {
            return new ForwardingKvStore(store) {
                @Override
                public void close() {}
            };
        }
    };

    private final String seenBy;

    Fault(String seenBy) {
        this.seenBy = seenBy;
    }

    /** The test that must fail. */
    String seenBy() {
        return seenBy;
    }

    /** {@code store} with this fault. */
    abstract KvStore in(KvStore store);

    private static KvStore loading(KvStore store, UnaryOperator<Snapshot> wrap) {
        return new ForwardingKvStore(store) {
            @Override
            public Optional<Snapshot> load(KvcKey key, LoadOptions options) throws IOException {
                return store.load(key, options).map(wrap);
            }
        };
    }

    private static KvStore saving(KvStore store, DraftChange change) {
        return new ForwardingKvStore(store) {
            @Override
            public SaveResult save(KvcKey key, SnapshotDraft draft, SaveOptions options) throws IOException {
                return store.save(key, change.apply(draft), options);
            }
        };
    }

    @FunctionalInterface
    private interface DraftChange {
        SnapshotDraft apply(SnapshotDraft draft) throws IOException;
    }

    private static SnapshotDraft copyOf(
            SnapshotDraft draft, UnaryOperator<KvcHeader.Builder> change, PayloadSource payload) {
        return SnapshotDraft.builder()
                .header(change.apply(draft.header(0).toBuilder()).build())
                .text(draft.text())
                .payload(payload)
                .trailer(draft.trailer())
                .build();
    }
}
