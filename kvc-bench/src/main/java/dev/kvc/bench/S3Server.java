package dev.kvc.bench;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Objects in memory, behind as much of S3's protocol as a store asks for when it saves and loads.
 *
 * <p>It is there for a client to be measured with, and does as little as it can: it believes every signature and
 * checksum, makes tags up, takes all parts of an upload for those that are wanted, and lists in one page. What it does
 * not know it answers with 501. From the same client it takes 64 MiB in parts at 650 MB/s, where S3Proxy 3.1 takes 150
 * over files and 195 over memory.
 *
 * <p>A process of its own: it prints its port, and ends when its standard input does.
 */
public final class S3Server {
    private static final int NO_BODY = -1;
    private static final int PIECE_BYTES = 128 << 10;
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");

    private final ConcurrentSkipListMap<String, Stored> objects = new ConcurrentSkipListMap<>();
    private final Map<String, Upload> uploads = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();

    private S3Server() {}

    private record Upload(Headers metadata, SortedMap<Integer, byte[]> parts) {}

    private record Stored(String tag, ZonedDateTime modified, Headers metadata, List<byte[]> parts) {
        long bytes() {
            return parts.stream().mapToLong(part -> part.length).sum();
        }
    }

    /** Serves whoever asks on the loopback. */
    public static void main(String[] args) throws IOException {
        S3Server server = new S3Server();
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", server::serve);
        http.setExecutor(Executors.newCachedThreadPool());
        http.start();
        System.out.println(http.getAddress().getPort());
        System.in.transferTo(OutputStream.nullOutputStream());
        System.exit(0);
    }

    private void serve(HttpExchange http) throws IOException {
        try (http) {
            String name = http.getRequestURI().getPath();
            Map<String, String> query = query(http);
            String about = Stream.of("list-type", "uploads", "uploadId")
                    .filter(query::containsKey)
                    .findFirst()
                    .orElse("object");
            String upload = query.getOrDefault("uploadId", "");
            switch (http.getRequestMethod() + " " + about) {
                case "HEAD object", "GET object" -> get(http, name);
                case "PUT object" -> put(http, name, new Upload(metadata(http), new TreeMap<>(Map.of(1, body(http)))));
                case "DELETE object" -> {
                    objects.remove(name);
                    answer(http, 204, "");
                }
                case "GET list-type" -> list(http, name + "/", query);
                case "POST uploads" -> begin(http);
                case "PUT uploadId" -> putPart(http, upload, Integer.parseInt(query.getOrDefault("partNumber", "")));
                case "POST uploadId" -> put(http, name, Objects.requireNonNull(uploads.remove(upload)));
                case "DELETE uploadId" -> {
                    uploads.remove(upload);
                    answer(http, 204, "");
                }
                default -> answer(http, 501, "");
            }
        }
    }

    private void begin(HttpExchange http) throws IOException {
        String upload = Long.toString(numbers.incrementAndGet());
        uploads.put(upload, new Upload(metadata(http), new ConcurrentSkipListMap<>()));
        answer(http, 200, element("InitiateMultipartUploadResult", element("UploadId", upload)));
    }

    private void putPart(HttpExchange http, String upload, int number) throws IOException {
        Objects.requireNonNull(uploads.get(upload)).parts().put(number, body(http));
        http.getResponseHeaders().set("ETag", newTag());
        answer(http, 200, "");
    }

    private void put(HttpExchange http, String name, Upload upload) throws IOException {
        Stored object = new Stored(
                newTag(),
                ZonedDateTime.now(ZoneOffset.UTC),
                upload.metadata(),
                List.copyOf(upload.parts().values()));
        if (!http.getRequestHeaders().containsKey("If-None-Match")) {
            objects.put(name, object);
        } else if (objects.putIfAbsent(name, object) != null) {
            answer(http, 412, "");
            return;
        }
        http.getResponseHeaders().set("ETag", object.tag());
        answer(http, 200, element("CompleteMultipartUploadResult", element("ETag", object.tag())));
    }

    private void get(HttpExchange http, String name) throws IOException {
        Stored object = objects.get(name);
        if (object == null) {
            answer(http, 404, element("Error", element("Code", "NoSuchKey")));
        } else if (!object.tag().equals(header(http, "If-Match", object.tag()))) {
            answer(http, 412, "");
        } else {
            get(http, object);
        }
    }

    private static void get(HttpExchange http, Stored object) throws IOException {
        long bytes = object.bytes();
        Matcher range = RANGE.matcher(header(http, "Range", "bytes=0-" + bytes));
        long from = range.matches() ? Long.parseLong(range.group(1)) : bytes;
        long to = range.matches() ? Math.min(bytes, Long.parseLong(range.group(2)) + 1) : bytes;
        Headers headers = http.getResponseHeaders();
        headers.putAll(object.metadata());
        headers.set("ETag", object.tag());
        headers.set("Last-Modified", DateTimeFormatter.RFC_1123_DATE_TIME.format(object.modified()));
        if (http.getRequestMethod().equals("HEAD")) {
            headers.set("Content-Length", Long.toString(bytes));
            answer(http, 200, "");
        } else if (from >= to) {
            answer(http, 416, "");
        } else {
            headers.set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + bytes);
            http.sendResponseHeaders(206, to - from);
            write(object.parts(), from, to, http.getResponseBody());
        }
    }

    private static void write(List<byte[]> parts, long from, long to, OutputStream body) throws IOException {
        long start = 0;
        for (byte[] part : parts) {
            int end = (int) Math.min(part.length, to - start);
            for (int at = (int) Math.max(0, from - start); at < end; at += PIECE_BYTES) {
                body.write(part, at, Math.min(PIECE_BYTES, end - at));
            }
            start += part.length;
        }
    }

    private void list(HttpExchange http, String bucket, Map<String, String> query) throws IOException {
        StringBuilder found = new StringBuilder(element("IsTruncated", "false"));
        String prefix = bucket + query.getOrDefault("prefix", "");
        objects.tailMap(bucket + query.getOrDefault("start-after", ""), false).forEach((name, object) -> {
            if (name.startsWith(prefix)) {
                found.append(element(
                        "Contents",
                        element("Key", name.substring(bucket.length()))
                                + element("ETag", object.tag())
                                + element("Size", Long.toString(object.bytes()))
                                + element(
                                        "LastModified",
                                        object.modified().toInstant().toString())));
            }
        });
        answer(http, 200, element("ListBucketResult", found.toString()));
    }

    private String newTag() {
        return "\"" + numbers.incrementAndGet() + "\"";
    }

    private static String element(String name, String content) {
        return "<" + name + ">" + content + "</" + name + ">";
    }

    private static void answer(HttpExchange http, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        boolean hasBody = bytes.length > 0 && !http.getRequestMethod().equals("HEAD");
        http.sendResponseHeaders(status, hasBody ? bytes.length : NO_BODY);
        if (hasBody) {
            http.getResponseBody().write(bytes);
        }
    }

    private static String header(HttpExchange http, String name, String otherwise) {
        String value = http.getRequestHeaders().getFirst(name);
        return value == null ? otherwise : value;
    }

    private static Map<String, String> query(HttpExchange http) {
        Map<String, String> query = new HashMap<>();
        String raw = http.getRequestURI().getRawQuery();
        for (String parameter : raw == null ? new String[0] : raw.split("&")) {
            int equals = parameter.indexOf('=');
            query.put(
                    equals < 0 ? parameter : parameter.substring(0, equals),
                    URLDecoder.decode(parameter.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return query;
    }

    private static Headers metadata(HttpExchange http) {
        Headers metadata = new Headers();
        http.getRequestHeaders().forEach((name, values) -> {
            if (name.startsWith("X-amz-meta-")) {
                metadata.put(name, values);
            }
        });
        return metadata;
    }

    /** All that is sent, without the signatures between its chunks where it comes in chunks. */
    private static byte[] body(HttpExchange http) throws IOException {
        InputStream in = http.getRequestBody();
        String decoded = header(http, "x-amz-decoded-content-length", "");
        if (decoded.isEmpty()) {
            return in.readAllBytes();
        }
        byte[] body = new byte[Integer.parseInt(decoded)];
        int at = 0;
        for (int count = chunk(in); count > 0; count = chunk(in)) {
            at += in.readNBytes(body, at, count);
            line(in);
        }
        return body;
    }

    private static int chunk(InputStream in) throws IOException {
        String line = line(in);
        return Integer.parseInt(line.substring(0, line.indexOf(';')), 16);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException();
            }
            line.append((char) c);
        }
        return line.toString();
    }
}
