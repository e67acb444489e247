package dev.kvc.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import dev.kvc.format.KvcHeader;
import dev.kvc.store.SnapshotInfo;
import java.io.IOException;
import java.io.PrintStream;

/** JSON for other programs: one object a line, so that a list is read as it comes. Sizes in bytes, times in seconds. */
final class Json implements AutoCloseable {
    private final JsonGenerator generator;

    private Json(JsonGenerator generator) {
        this.generator = generator;
    }

    /** Writes to {@code out}, which stays open. */
    static Json to(PrintStream out) throws IOException {
        JsonGenerator generator = new JsonFactory().createGenerator(out);
        generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        generator.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
        return new Json(generator);
    }

    JsonGenerator generator() {
        return generator;
    }

    /** Members of the object that is open: all that is known of a snapshot from its header. */
    void snapshot(SnapshotInfo info) throws IOException {
        KvcHeader header = info.header();
        generator.writeStringField("namespace", info.id().namespace().name());
        generator.writeStringField("key", info.key().hex());
        generator.writeNumberField("bytes", info.storedBytes());
        generator.writeNumberField("textBytes", info.textBytes());
        generator.writeNumberField("payloadBytes", header.payloadBytes());
        generator.writeNumberField("tokens", header.tokenCount());
        generator.writeNumberField("hits", header.hitCount());
        generator.writeNumberField("contextSize", header.contextSize());
        generator.writeStringField("reason", header.saveReason().toString());
        generator.writeNumberField("quantBits", header.quantBits());
        generator.writeNumberField("modelId", header.modelId());
        generator.writeNumberField("payloadAbi", header.payloadAbi());
        generator.writeNumberField("extensionFlags", header.extensionFlags().bits());
        unsigned("createdUnix", header.createdUnix());
        unsigned("lastUsedUnix", header.lastUsedUnix());
    }

    private void unsigned(String name, long value) throws IOException {
        generator.writeFieldName(name);
        generator.writeNumber(Long.toUnsignedString(value));
    }

    /** Ends the last line. */
    @Override
    public void close() throws IOException {
        boolean wrote = generator.getOutputBuffered() > 0
                || generator.getOutputContext().getEntryCount() > 0;
        if (wrote) {
            generator.writeRaw('\n');
        }
        generator.close();
    }
}
