package dev.kvc.format;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The golden files and their manifest. */
final class GoldenFiles {
    private GoldenFiles() {}

    static Stream<Entry> good() {
        return entries("good");
    }

    static Stream<Entry> bad() {
        return entries("bad");
    }

    static byte[] bytes(String file) {
        try (InputStream in = GoldenFiles.class.getResourceAsStream("/vectors/" + file)) {
            return Objects.requireNonNull(in, file).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Entry> entries(String list) {
        Map<?, ?> manifest = (Map<?, ?>) Json.parse(new String(bytes("manifest.json"), StandardCharsets.UTF_8));
        return ((List<?>) manifest.get(list)).stream().map(members -> new Entry((Map<?, ?>) members));
    }

    /** What the manifest says about one file. */
    record Entry(Map<?, ?> members) {
        String file() {
            return string("file");
        }

        byte[] bytes() {
            return GoldenFiles.bytes(file());
        }

        /** The key that the file's name gives. */
        KvcKey name() {
            return KvcKey.parse(file().replaceAll("^good/|\\.kv$", ""));
        }

        Entry header() {
            return new Entry((Map<?, ?>) get("header"));
        }

        boolean has(String member) {
            return members.containsKey(member);
        }

        String string(String member) {
            return (String) get(member);
        }

        boolean bool(String member) {
            return (Boolean) get(member);
        }

        /** Exact, however big. */
        BigInteger number(String member) {
            return (BigInteger) get(member);
        }

        private Object get(String member) {
            return Objects.requireNonNull(members.get(member), member);
        }

        @Override
        public String toString() {
            return file() + ": " + string("what");
        }
    }
}
