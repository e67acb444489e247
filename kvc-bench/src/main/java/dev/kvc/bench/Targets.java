package dev.kvc.bench;

import static dev.kvc.bench.Target.atLeast;
import static dev.kvc.bench.Target.atMost;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The rows of the table of targets.
 *
 * <p>Where a target is set against a program that is not here, there are two rows: the replica, measured in the same
 * run, and a figure of the original, measured once on a machine of the same kind (2 cores, ext4). Both must be met.
 */
final class Targets {
    private static final String REFERENCE = "replica of the reference";
    private static final String CRC_READ = "bare read + CRC";
    private static final String CRC_MAP = "bare map + CRC";
    private static final String ON_READ = "KVC, verified on read";
    private static final String ON_MAP = "KVC, verified on map";
    private static final String WRITE = "bare CRC + write + rename";
    private static final String GET = "bare GET + CRC";
    private static final String NAMES_TOO = "bare, names flushed too";

    /** Nanoseconds that the originals took on 2026-11-23: medians of loads and saves, and ds4's lookup. */
    private static final double REFERENCE_LOAD_16K = 18e3;

    private static final double REFERENCE_LOAD_64M = 36e6;
    private static final double REFERENCE_SAVE_1M = 272e3;
    private static final double REFERENCE_SAVE_64M = 15e6;
    private static final double DS4_LOOKUP_10000 = 6_629e6;

    private static final double NANOS_A_LENGTH = 1e3;
    private static final double NANOS_A_LOOKUP = 0.2e6;

    private Targets() {}

    static List<Target> all() {
        List<Target> all = new ArrayList<>();
        loads(all);
        saves(all);
        directories(all);
        memory(all);
        for (Service service : Service.values()) {
            remote(all, service);
        }
        return all;
    }

    private static void loads(List<Target> all) {
        for (String size : List.of("64MiB", "512MiB")) {
            String map = "map-" + size;
            all.add(speed("map " + size + ", verified on map: bare map + CRC", map, ON_MAP, CRC_MAP, 0.85));
            all.add(speed(
                    "map " + size + ", verified on load: bare map + CRC", map, "KVC, verified on load", CRC_MAP, 0.85));
            all.add(speed(
                    "map " + size + ", verified on load: reference, replica",
                    map,
                    "KVC, verified on load",
                    REFERENCE,
                    6));
        }
        all.add(figure(
                "map 64MiB, verified on load: reference, its figure",
                "map-64MiB",
                "KVC, verified on load",
                REFERENCE_LOAD_64M,
                6));
        all.add(new Target(
                "read 64MiB into a reused buffer, verified: best bare way",
                r -> r.least("read-64MiB", CRC_READ, "bare map, copy + CRC") / r.of("read-64MiB", ON_READ),
                atLeast(0.85)));
        all.add(speed("read 64MiB, verified: reference, replica", "read-64MiB", ON_READ, REFERENCE, 4));
        all.add(figure("read 64MiB, verified: reference, its figure", "read-64MiB", ON_READ, REFERENCE_LOAD_64M, 4));
        all.add(new Target(
                "read 64MiB, unverified: best bare way",
                r -> r.least("fill-64MiB", "bare read", "bare map, copy") / r.of("fill-64MiB", "KVC, unverified"),
                atLeast(0.9)));
        all.add(speed("read 64MiB, unverified: LMDB's copy", "fill-64MiB", "KVC, unverified", "LMDB", 1));
        all.add(new Target(
                "load 1MiB, verified, read or mapped: better of bare read and map",
                r -> r.least("load-1MiB", CRC_READ, CRC_MAP) / r.least("load-1MiB", ON_READ, ON_MAP),
                atLeast(0.85)));
        all.add(time("load 16KiB, hit counted: time of the reference, replica", "load-16KiB", "KVC", REFERENCE, 0.8));
        all.add(new Target(
                "load 16KiB, hit counted: time of the reference, its figure",
                r -> r.of("load-16KiB", "KVC") / REFERENCE_LOAD_16K,
                atMost(0.8)));
    }

    private static void saves(List<Target> all) {
        for (String size : List.of("1MiB", "64MiB", "512MiB")) {
            String save = "save-" + size;
            all.add(speed("save " + size + ": bare CRC + write + rename", save, "KVC", WRITE, 0.95));
            all.add(speed(
                    "save " + size + " from agreeing memory: bare, nothing in front of the payload",
                    save,
                    "KVC, agreeing buffer",
                    "bare, nothing in front of the payload",
                    0.95));
            all.add(speed("save " + size + ": reference, replica", save, "KVC", REFERENCE, 0.9));
        }
        all.add(figure("save 1MiB: reference, its figure", "save-1MiB", "KVC", REFERENCE_SAVE_1M, 0.9));
        all.add(figure("save 64MiB: reference, its figure", "save-64MiB", "KVC", REFERENCE_SAVE_64M, 0.9));
        for (String size : List.of("1MiB", "64MiB")) {
            String save = "fsync-" + size;
            all.add(speed("save " + size + " + fsync: bare", save, "KVC", WRITE, 0.95));
            all.add(speed("save " + size + " + fsync: bare, names flushed too", save, "KVC", NAMES_TOO, 0.95));
        }
    }

    private static void directories(List<Target> all) {
        for (int count : List.of(100, 1_000)) {
            String prefix = "prefix-" + count;
            all.add(new Target(
                    "longest prefix, " + count + " snapshots: time allowed",
                    r -> r.of(prefix, "KVC")
                            / (r.of(prefix, "one SHA-1 pass") + count * NANOS_A_LENGTH + NANOS_A_LOOKUP),
                    atMost(1)));
        }
        all.add(figure(
                "longest prefix, 10000 snapshots: ds4, its figure", "prefix-10000", "KVC", DS4_LOOKUP_10000, 1_000));
        all.add(figure(
                "longest prefix, 100000 snapshots: ds4, ten times that",
                "prefix-100000",
                "KVC",
                10 * DS4_LOOKUP_10000,
                1_000));
        all.add(time(
                "eviction check, 100000 files: time at 100 files",
                "evict-check",
                "KVC, 100000 files",
                "KVC, 100 files",
                1.5));
        all.add(time("evict 1000 of 100000: bare deletes", "evict-1000-of-100000", "KVC", "bare deletes", 1.3));
        all.add(time(
                "open 100000: bare list + open + 48 bytes",
                "open-100000",
                "KVC",
                "bare list + open + 48 bytes, 2 threads",
                1.2));
        all.add(time("open 100000: first load, as a share of the scan", "open-100000", "KVC, first load", "KVC", 0.5));
    }

    private static void memory(List<Target> all) {
        all.add(gauge("3 GiB saved and loaded: RssAnon, MiB", "memory-3GiB", "KVC, save and load", 1 << 20, 200));
        all.add(gauge("index of 1000000: bytes a snapshot", "index-memory", "KVC index", 1, 200));
        all.add(new Target(
                "memory-tier hit: ns beyond Caffeine's get",
                r -> r.of(Micro.MEMORY_HIT, "kvcLoad") - r.of(Micro.MEMORY_HIT, "caffeineGet"),
                atMost(100)));
        all.add(new Target(
                "memory-tier hit: bytes allocated, whatever the payload",
                r -> r.allocated(Micro.MEMORY_HIT, "kvcLoad"),
                atMost(256)));
        all.add(new Target(
                "1 -> 2 threads, loads of 16KiB",
                r -> r.of("threads-load-16KiB", "KVC, 2 threads") / r.of("threads-load-16KiB", "KVC, 1 thread"),
                atLeast(1.7)));
        all.add(gauge(
                "100 simultaneous misses: loads of the disk",
                "single-flight",
                "loads of the disk for 100 misses",
                1,
                1));
    }

    private static void remote(List<Target> all, Service service) {
        String title = service.title();
        for (String size : List.of("1MiB", "64MiB")) {
            String save = service.id() + "-save-" + size;
            String load = service.id() + "-load-" + size;
            String put = "bare " + service.writing() + " + CRC";
            all.add(speed("save " + size + " to " + title + ": " + put, save, "KVC", put, 0.85));
            for (String side : List.of(ON_READ, "KVC, verified on load")) {
                String how = side.substring("KVC, ".length());
                all.add(speed("load " + size + " from " + title + ", " + how + ": " + GET, load, side, GET, 0.85));
            }
        }
        String get = "bare GET + keep + write";
        all.add(speed(
                "load 64MiB through the stack, from " + title + ": " + get,
                service.stackId() + "-load-64MiB",
                "KVC, from " + title,
                get,
                0.85));
        String put = "bare keep + write + " + service.writing();
        all.add(speed(
                "save 64MiB through the stack, to " + title + ", drained: " + put,
                service.stackId() + "-save-64MiB",
                "KVC, drained",
                put,
                0.85));
    }

    /** How many times as fast as another side. */
    private static Target speed(String what, String scenario, String ours, String other, double least) {
        return new Target(what, r -> r.of(scenario, other) / r.of(scenario, ours), atLeast(least));
    }

    /** How many times as fast as a figure in nanoseconds. */
    private static Target figure(String what, String scenario, String ours, double nanos, double least) {
        return new Target(what, r -> nanos / r.of(scenario, ours), atLeast(least));
    }

    /** The share of another side's time. */
    private static Target time(String what, String scenario, String ours, String other, double most) {
        return new Target(what, r -> r.of(scenario, ours) / r.of(scenario, other), atMost(most));
    }

    private static Target gauge(String what, String scenario, String side, double unit, double most) {
        ToDoubleFunction<Results> measure = r -> r.of(scenario, side) / unit;
        return new Target(what, measure, atMost(most));
    }
}
