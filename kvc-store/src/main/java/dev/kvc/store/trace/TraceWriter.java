package dev.kvc.store.trace;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.format.SaveReason;
import dev.kvc.store.KvStore;
import java.io.Closeable;
import java.io.Flushable;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Writes what was asked of a store, for a simulator to replay: keys, lengths, tokens, sizes and times, and never a
 * text.
 *
 * <p>The format, version 1, is JSON lines in UTF-8, in the order of their times. The first line is
 * {@code {"kvc-trace":1,"unit":256}}; each other is one event:
 *
 * <pre>
 * {"op":"lookup","at":1764036000123,"in":"alice","length":1100,"tokens":275,"path":["00000000000000a1",…],"found":"…"}
 * {"op":"save","at":1764036004567,"in":"alice","key":"…","length":1100,"tokens":275,"bytes":27780888,"reason":2,
 *  "model":7,"path":["00000000000000a1",…]}
 * </pre>
 *
 * <table>
 *   <caption>Fields</caption>
 *   <tr><th>{@code at}</th><td>milliseconds since 1970</td></tr>
 *   <tr><th>{@code in}</th><td>the namespace; absent for the default one</td></tr>
 *   <tr><th>{@code length}</th><td>bytes of the text</td></tr>
 *   <tr><th>{@code tokens}</th><td>of the text; 0 if unknown, and then a reader takes 4 bytes for a token</td></tr>
 *   <tr><th>{@code path}</th><td>the text's beginnings: it is cut into units of {@code unit} bytes, and for each whole
 *       unit there are up to 16 hex digits that stand for all of the text up to its end. Equal beginnings have equal
 *       ids, others do not; nothing else may be read from an id, which may be salted</td></tr>
 *   <tr><th>{@code found}</th><td>of a lookup: the key of the snapshot that was served; absent if there was none</td></tr>
 *   <tr><th>{@code key}, {@code bytes}</th><td>of a save: the snapshot's key, and what it takes in the store</td></tr>
 *   <tr><th>{@code reason}, {@code model}</th><td>of a save: codes of the file format</td></tr>
 * </table>
 *
 * <p>A reader passes over fields that it does not know. A replay sees a text as far as its last whole unit, so units
 * should be no longer than what prompts share; 256 bytes are about 64 tokens.
 *
 * <p>An id without salt tells whoever can guess a whole beginning that he guessed right; who hands recordings on salts
 * them.
 *
 * <p>Safe for use by several threads; an event is one call of the {@link Writer}.
 */
public final class TraceWriter implements Closeable, Flushable {
    private static final int VERSION = 1;

    private final Writer out;
    private final int unitBytes;

    /**
     * Begins a recording.
     *
     * @param out takes it, and is closed with this; a buffered one
     * @param unitBytes bytes of text that one id of a path stands for, above 0
     * @throws IOException if {@code out} fails
     */
    public TraceWriter(Writer out, int unitBytes) throws IOException {
        if (unitBytes <= 0) {
            throw new IllegalArgumentException("unitBytes is " + unitBytes + "; it must be above 0");
        }
        this.out = out;
        this.unitBytes = unitBytes;
        write(new StringBuilder("{\"kvc-trace\":")
                .append(VERSION)
                .append(",\"unit\":")
                .append(unitBytes));
    }

    /**
     * Records what is asked of a store from now on, through the one that is returned and its views: each lookup of a
     * prompt's longest stored beginning, and each load by a key that finds something, unless they are no hits; and each
     * save, whatever comes of it but a failure. Costs one SHA-1 pass over each prompt and text.
     *
     * <p>As safe for threads as the store is. A recording that cannot be written costs its events and no request; that
     * is logged. Closing the store closes {@code store}, and then the recording.
     *
     * @param clock the times of the events
     */
    public KvStore record(KvStore store, InstantSource clock) {
        return new RecordingKvStore(store, this, clock);
    }

    /**
     * The ids of a text's beginnings, without salt: of each, the first 8 bytes of its SHA-1, which is the key that a
     * snapshot of it would have. One SHA-1 pass.
     *
     * @param text its remaining bytes; the position is left as it is
     */
    public long[] path(ByteBuffer text) {
        long[] ids = new long[text.remaining() / unitBytes];
        KvcKey.Hasher hasher = KvcKey.hasher();
        for (int i = 0; i < ids.length; i++) {
            hasher.update(text.slice(text.position() + i * unitBytes, unitBytes));
            ids[i] = ByteBuffer.wrap(hasher.key().toBytes()).getLong();
        }
        return ids;
    }

    /**
     * The longest stored beginning of a prompt was asked for.
     *
     * @param atMillis milliseconds since 1970
     * @param namespace where
     * @param promptBytes the prompt's length
     * @param promptTokens of the prompt, 0 if unknown
     * @param path ids of the prompt's beginnings
     * @param found what was served; {@code null} if nothing was
     */
    public void lookup(
            long atMillis,
            Namespace namespace,
            long promptBytes,
            long promptTokens,
            long[] path,
            @Nullable SnapshotId found)
            throws IOException {
        StringBuilder line = begin("lookup", atMillis, namespace);
        number(line, "length", promptBytes);
        number(line, "tokens", promptTokens);
        path(line, path);
        if (found != null) {
            text(line, "found", found.key().hex());
        }
        write(line);
    }

    /**
     * A snapshot was saved, or would have been had it not been there already or had there been room.
     *
     * @param atMillis milliseconds since 1970
     * @param id its namespace and key
     * @param textBytes the text's length
     * @param tokens that its state covers
     * @param path ids of the text's beginnings
     * @param bytes that it takes in the store
     * @param reason why it was saved
     * @param modelId the model it belongs to, 0 if unknown
     */
    public void save(
            long atMillis,
            SnapshotId id,
            long textBytes,
            long tokens,
            long[] path,
            long bytes,
            SaveReason reason,
            int modelId)
            throws IOException {
        StringBuilder line = begin("save", atMillis, id.namespace());
        text(line, "key", id.key().hex());
        number(line, "length", textBytes);
        number(line, "tokens", tokens);
        number(line, "bytes", bytes);
        number(line, "reason", reason.code());
        number(line, "model", modelId);
        path(line, path);
        write(line);
    }

    private static StringBuilder begin(String operation, long atMillis, Namespace namespace) {
        StringBuilder line = new StringBuilder("{\"op\":\"").append(operation).append('"');
        number(line, "at", atMillis);
        if (!namespace.isDefault()) {
            text(line, "in", namespace.name());
        }
        return line;
    }

    private static void number(StringBuilder line, String name, long value) {
        line.append(",\"").append(name).append("\":").append(value);
    }

    /** Of characters that JSON has no escapes for: hex digits and names of namespaces. */
    private static void text(StringBuilder line, String name, String value) {
        line.append(",\"").append(name).append("\":\"").append(value).append('"');
    }

    private static void path(StringBuilder line, long[] path) {
        line.append(",\"path\":[");
        for (int i = 0; i < path.length; i++) {
            line.append(i == 0 ? "\"" : ",\"")
                    .append(HexFormat.of().toHexDigits(path[i]))
                    .append('"');
        }
        line.append(']');
    }

    private void write(StringBuilder line) throws IOException {
        String whole = line.append("}\n").toString();
        synchronized (out) {
            out.write(whole);
        }
    }

    @Override
    public void flush() throws IOException {
        synchronized (out) {
            out.flush();
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (out) {
            out.close();
        }
    }
}
