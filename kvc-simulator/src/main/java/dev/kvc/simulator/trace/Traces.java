package dev.kvc.simulator.trace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Opens traces. Files may be plain or compressed with gzip. */
public final class Traces {
    private Traces() {}

    /**
     * The trace in a file or a directory, whose format is seen from its first line.
     *
     * <ul>
     *   <li>a directory: recorded agent sessions, one in each file {@code *.jsonl} or {@code *.jsonl.gz}
     *   <li>a file whose lines have an {@code input}: one such session
     *   <li>a file whose lines have {@code hash_ids}: Mooncake's format
     *   <li>a file that begins with {@code {"kvc-trace":1}}: KVC's own recording
     * </ul>
     *
     * @throws TraceFormatException if it is none of these
     * @throws java.nio.file.NoSuchFileException if there is no such file
     */
    public static Trace open(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return sessions(path);
        }
        Set<String> fields = new HashSet<>();
        try (JsonLines lines = new JsonLines(path)) {
            lines.next((name, value) -> fields.add(name));
        }
        if (fields.contains("hash_ids")) {
            return new MooncakeTrace(path);
        } else if (fields.contains(RecordedTrace.VERSION_FIELD)) {
            return new RecordedTrace(path);
        } else if (fields.contains("input")) {
            return new SessionTrace(fileName(path), List.of(path));
        }
        throw new TraceFormatException(path + ", line 1: it must have \"hash_ids\", \"input\" or \""
                + RecordedTrace.VERSION_FIELD + "\", and has " + (fields.isEmpty() ? "nothing" : fields));
    }

    private static Trace sessions(Path directory) throws IOException {
        try (Stream<Path> found = Files.list(directory)) {
            List<Path> files = found.filter(file -> fileName(file).matches(".*\\.jsonl(\\.gz)?"))
                    .sorted(Comparator.comparing(Traces::fileName))
                    .toList();
            if (files.isEmpty()) {
                throw new TraceFormatException(directory + " has no session: no file *.jsonl or *.jsonl.gz");
            }
            return new SessionTrace(fileName(directory), files);
        }
    }

    /**
     * A trace that is made up, of conversations that share system prompts: for measuring how fast a simulation is, and
     * nothing else.
     *
     * @param seed the same gives the same trace
     * @param requests lookups, each followed by a save
     */
    public static Trace synthetic(long seed, long requests) {
        return new SyntheticTrace(seed, requests);
    }

    /** A trace of these events. */
    public static Trace of(String name, List<? extends TraceEvent> events) {
        List<TraceEvent> all = List.copyOf(events);
        return new Trace() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public TraceReader open() {
                return reader(all);
            }
        };
    }

    static TraceReader reader(List<TraceEvent> events) {
        Iterator<TraceEvent> remaining = events.iterator();
        return new TraceReader() {
            @Override
            public @Nullable TraceEvent next() {
                return remaining.hasNext() ? remaining.next() : null;
            }

            @Override
            public void close() {}
        };
    }

    static String fileName(Path path) {
        return Objects.requireNonNullElse(path.toAbsolutePath().normalize().getFileName(), path)
                .toString();
    }
}
