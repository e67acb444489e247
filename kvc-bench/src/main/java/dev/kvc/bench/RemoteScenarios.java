package dev.kvc.bench;

import dev.kvc.format.KvcKey;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;

/**
 * Saves to and loads from a server on the loopback, beside a bare loop over the same client, which cuts a payload into
 * parts as long as a store does, as many of them under way, and computes the same checksums. Each side has a server of
 * its own, which is emptied before each save.
 */
final class RemoteScenarios {
    private RemoteScenarios() {}

    static List<Scenario> all() {
        return Service.installed().stream().flatMap(RemoteScenarios::of).toList();
    }

    private static Stream<Scenario> of(Service service) {
        return Stream.of(
                save(service, "1MiB", 1 << 20, 50),
                save(service, "64MiB", 64 << 20, 15),
                save(service, "512MiB", 512 << 20, 7).onlyInFull(),
                load(service, "1MiB", 1 << 20, 20, 100),
                load(service, "64MiB", 64 << 20, 25, 1),
                load(service, "512MiB", 512 << 20, 7, 1).onlyInFull());
    }

    private static Scenario save(Service service, String size, int bytes, int rounds) {
        Scenario scenario = Scenario.time(
                service.id() + "-save-" + size,
                rounds,
                1,
                lab -> {},
                List.of(
                        new Side("KVC", lab -> {
                            Remote server = server(lab, service, "kvc");
                            KvStore store = lab.closing(server.store());
                            Remote.Bare admin = lab.closing(server.bare());
                            ByteBuffer payload = Corpus.payload(bytes);
                            return Operation.of(
                                    () -> {
                                        store.remove(Corpus.key(0));
                                        admin.empty();
                                    },
                                    () -> store.save(Corpus.draft(0, PayloadSource.of(payload))));
                        }),
                        new Side("bare " + service.writing() + " + CRC", lab -> {
                            Remote.Bare bare = bare(lab, service);
                            ByteBuffer payload = Corpus.payload(bytes);
                            return Operation.of(bare::empty, comingTo(Bare.crcs(payload), () -> bare.put(0, payload)));
                        })));
        return service.scenario(scenario, bytes);
    }

    private static Scenario load(Service service, String size, int bytes, int rounds, int batch) {
        Scenario scenario = Scenario.time(
                service.id() + "-load-" + size,
                rounds,
                batch,
                lab -> {},
                List.of(
                        loaded(service, "KVC, verified on read", bytes, LoadOptions.DEFAULT.verify(Verify.ON_READ)),
                        loaded(service, "KVC, verified on load", bytes, LoadOptions.DEFAULT),
                        new Side("bare GET + CRC", lab -> {
                            Remote.Bare bare = bare(lab, service);
                            ByteBuffer buffer = Corpus.payload(bytes);
                            return comingTo(bare.put(0, buffer), () -> bare.get(0, buffer));
                        })));
        return service.scenario(scenario, bytes);
    }

    /** Work of a bare loop, which computes checksums. */
    interface Summing {
        /** The checksums, added up. */
        long run() throws Exception;
    }

    /** Such work, whose checksums are looked at, as a store does: no compiler can leave them out. */
    static Operation comingTo(long crcs, Summing work) {
        return () -> {
            long found = work.run();
            if (found != crcs) {
                throw new IOException("the checksums add up to " + found + ", and not to " + crcs);
            }
        };
    }

    private static Side loaded(Service service, String name, int bytes, LoadOptions options) {
        return new Side(name, lab -> {
            KvStore store =
                    lab.closing(server(lab, service, "kvc " + options.verify()).store());
            store.save(Corpus.draft(0, PayloadSource.of(Corpus.payload(bytes))));
            return reading(store, bytes, 1, options);
        });
    }

    /** Loads the first snapshots, in turns, into a buffer that is kept. */
    static Operation reading(KvStore store, int bytes, int snapshots, LoadOptions options) {
        ByteBuffer buffer = Corpus.fill(Corpus.direct(bytes));
        List<KvcKey> keys = Corpus.keys(snapshots);
        int[] next = {0};
        return () -> {
            try (Snapshot snapshot =
                    store.load(keys.get(next[0]++ % snapshots), options).orElseThrow()) {
                snapshot.payload().readFully(buffer.clear(), 0);
            }
        };
    }

    /** The client by itself, with a server of its own. */
    static Remote.Bare bare(Lab lab, Service service) throws Exception {
        return lab.closing(server(lab, service, "bare").bare());
    }

    static Remote server(Lab lab, Service service, String name) throws Exception {
        return lab.closing(service.start(lab.directory(name)));
    }
}
