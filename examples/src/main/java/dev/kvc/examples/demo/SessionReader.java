package dev.kvc.examples.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Reads recorded sessions: one a file, {@code .jsonl} or {@code .jsonl.gz}, one request a line; in the order of their
 * timestamps if all have one, else of the lines.
 */
public final class SessionReader {
    private SessionReader() {}

    /**
     * All sessions of a directory, in the order of the file names. Other files are passed over.
     *
     * @throws UsageException if there is none, or one cannot be read
     */
    public static List<Session> read(Path directory) throws UsageException {
        List<Session> sessions = new ArrayList<>();
        for (Path file : files(directory)) {
            sessions.add(readFile(file));
        }
        return sessions;
    }

    private static List<Path> files(Path directory) throws UsageException {
        if (!Files.isDirectory(directory)) {
            String found = Files.exists(directory) ? "is not a directory" : "does not exist";
            throw new UsageException("--sessions '" + directory + "' " + found + "; it must be a directory");
        }
        try (Stream<Path> found = Files.list(directory)) {
            List<Path> files = found.filter(SessionReader::isSession)
                    .sorted(Comparator.comparing(file -> name(file)))
                    .toList();
            if (files.isEmpty()) {
                throw new UsageException("--sessions '" + directory
                        + "' has no session; it must hold at least one file *.jsonl or *.jsonl.gz");
            }
            return files;
        } catch (IOException | UncheckedIOException e) {
            throw new UsageException("--sessions '" + directory + "' cannot be read: " + e);
        }
    }

    private static String name(Path file) {
        return Objects.requireNonNull(file.getFileName()).toString();
    }

    private static boolean isSession(Path file) {
        return (name(file).endsWith(".jsonl") || name(file).endsWith(".jsonl.gz")) && Files.isRegularFile(file);
    }

    private static Session readFile(Path file) throws UsageException {
        List<Request> requests = new ArrayList<>();
        int number = 0;
        try (BufferedReader lines = open(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    requests.add(readLine(file, number, line));
                }
            }
        } catch (IOException e) {
            throw new UsageException(file + " cannot be read behind line " + number + ": " + e);
        }
        if (requests.isEmpty()) {
            throw new UsageException(file + " is empty; a session must have at least one request");
        }
        return new Session(name(file), inOrder(requests));
    }

    private static BufferedReader open(Path file) throws IOException {
        InputStream bytes = Files.newInputStream(file);
        try {
            InputStream plain = name(file).endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
            // A decoder, unlike a charset, reports bytes that are not UTF-8.
            return new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8.newDecoder()));
        } catch (IOException e) {
            bytes.close();
            throw e;
        }
    }

    private static Request readLine(Path file, int number, String line) throws UsageException {
        try {
            return Request.parse(line);
        } catch (UsageException e) {
            throw new UsageException(file + ", line " + number + ": " + e.getMessage()
                    + "; it must be a JSON object with the field \"input\"");
        }
    }

    private static List<byte[]> inOrder(List<Request> requests) {
        List<Request> ordered = new ArrayList<>(requests);
        if (requests.stream().allMatch(request -> request.timestamp() != null)) {
            ordered.sort(Comparator.comparing(request -> Objects.requireNonNull(request.timestamp())));
        }
        return ordered.stream()
                .map(request -> request.input().getBytes(StandardCharsets.UTF_8))
                .toList();
    }
}
