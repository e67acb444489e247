package dev.kvc.store.fs;

import dev.kvc.format.KvcKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A golden file of the format's own tests and what its manifest says of it. Tests run in their module's directory, so
 * the files are used from where they are.
 *
 * @param path where it is
 * @param members its part of the manifest; no two members in it have one name
 */
record GoldenFile(Path path, String members) {
    private static final Path VECTORS = Path.of("..", "kvc-format", "src", "test", "resources", "vectors");
    private static final Pattern FILE = Pattern.compile("\"file\": \"((?:good|bad)/[^\"]+)\"");

    static Stream<GoldenFile> good() {
        return all().filter(file -> file.directory().equals("good"));
    }

    static Stream<GoldenFile> bad() {
        return all().filter(file -> file.directory().equals("bad"));
    }

    private static Stream<GoldenFile> all() {
        try {
            String manifest = Files.readString(VECTORS.resolve("manifest.json"));
            Stream<String> entries = Stream.of(manifest.split("(?=\"file\": )")).skip(1);
            return entries.map(GoldenFile::of);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static GoldenFile of(String members) {
        Matcher file = FILE.matcher(members);
        if (!file.lookingAt()) {
            throw new IllegalArgumentException("no file is named by " + members);
        }
        return new GoldenFile(VECTORS.resolve(file.group(1)), members);
    }

    private String directory() {
        return path.getParent().getFileName().toString();
    }

    String name() {
        return path.getFileName().toString();
    }

    /** The key that a good file's name gives. */
    KvcKey key() {
        return KvcKey.parse(name().substring(0, KvcKey.HEX_DIGITS));
    }

    byte[] bytes() throws IOException {
        return Files.readAllBytes(path);
    }

    boolean has(String member) {
        return members.contains("\"" + member + "\": ");
    }

    /** The text of a member, without quotes. */
    String member(String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\": \"?([^\",}\\s]*)").matcher(members);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no " + name + " in the manifest for " + path);
        }
        return matcher.group(1);
    }

    /** A number of up to 64 bits, taken as unsigned. */
    long number(String name) {
        return Long.parseUnsignedLong(member(name));
    }

    @Override
    public String toString() {
        return directory() + "/" + name();
    }
}
