package dev.kvc.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.kvc.cli.text.Units;
import dev.kvc.format.KvcHeader;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.PrefixMatch;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.fs.OpenMode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kvc find}. */
@Command(
        name = "find",
        description = {
            "Says what the cache has for a prompt: the longest stored beginning and what it saves, where the prompt goes"
                    + " another way than the nearest others, and why snapshots that begin it were refused.",
            "The prompt is compared byte for byte with what the engine saved: rendered with the same template, or its"
                    + " token ids if the engine matches by those."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvc find --prompt prompt.txt",
            "  render-prompt request.json | kvc find --prompt - --model-id 3 --max-context 32768",
            "  kvc find --prompt prompt.txt --store redis://cache.example"
        })
final class FindCommand extends KvcCommand {
    private static final String STANDARD_INPUT = "-";

    @Mixin
    private StoreOptions location = new StoreOptions();

    @Option(
            names = {"-p", "--prompt"},
            paramLabel = "FILE",
            required = true,
            description = "The rendered prompt; - for standard input.")
    private String prompt = "";

    @Mixin
    private Gates gates = new Gates();

    @Option(
            names = "--nearest",
            paramLabel = "COUNT",
            description = "How many others of a directory are named; 3 by default.")
    private @Nullable Integer nearest;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    /** A namespace, what it has for the prompt, and the snapshot that would be loaded, if any. */
    private record Found(KvStore store, PrefixMatch match, Optional<SnapshotInfo> hit, List<Nearest> near) {}

    @Override
    int run(Terminal terminal) throws IOException, CommandException {
        ByteBuffer bytes = ByteBuffer.wrap(
                prompt.equals(STANDARD_INPUT) ? terminal.in().readAllBytes() : Files.readAllBytes(Path.of(prompt)));
        if (!bytes.hasRemaining()) {
            throw CommandException.usage("the prompt in " + prompt + " is empty; nothing begins an empty prompt");
        }
        location.requireDirectoryFor("--nearest", nearest != null, terminal);
        PrefixQuery query = gates.query(bytes);
        boolean hit = false;
        try (KvStore root = location.openAny(terminal, OpenMode.READ)) {
            List<Found> all = new ArrayList<>();
            for (KvStore namespace : location.namespaces(root)) {
                all.add(find(namespace, query));
            }
            for (Found found : all) {
                hit |= found.hit.isPresent();
            }
            if (json) {
                printJson(all, bytes.remaining(), terminal.out());
            } else {
                print(all, bytes, terminal.out());
            }
        }
        return hit ? Kvc.DONE : Kvc.PROBLEM;
    }

    private Found find(KvStore store, PrefixQuery query) throws IOException {
        if (store instanceof FileSystemKvStore directory) {
            return find(directory, query);
        }
        PrefixMatch match = store.match(query);
        return new Found(store, match, SoundPrefix.find(store, match, query), List.of());
    }

    private Found find(FileSystemKvStore store, PrefixQuery query) throws IOException {
        PrefixMatch match = store.match(query);
        LoadOptions looking = LoadOptions.DEFAULT.withoutHit().verify(LoadOptions.Verify.ON_READ);
        Optional<SnapshotInfo> hit = Optional.empty();
        try (Snapshot snapshot = store.loadLongestPrefix(query, looking).orElse(null)) {
            if (snapshot != null) {
                hit = Optional.of(snapshot.info());
            }
        }
        return new Found(store, match, hit, NearestSearch.find(store, query.prompt(), nearest == null ? 3 : nearest));
    }

    private static void print(List<Found> all, ByteBuffer prompt, PrintStream out) {
        for (Found found : all) {
            if (all.size() > 1) {
                String name = found.store.namespace().name();
                out.println("namespace " + (name.isEmpty() ? "(default)" : name) + ":");
            }
            print(found, prompt, out);
        }
    }

    private static void print(Found found, ByteBuffer prompt, PrintStream out) {
        int length = prompt.remaining();
        if (found.hit.isPresent()) {
            SnapshotInfo hit = found.hit.get();
            out.println("hit   " + hit.id());
            out.println("      begins with " + hit.textBytes() + " of the prompt's " + length + " bytes ("
                    + Units.share(hit.textBytes(), length) + ") and saves prefilling "
                    + hit.header().tokenCount()
                    + " tokens by reading " + Units.size(hit.storedBytes()));
        } else {
            out.println("miss  no stored text that can be used begins the prompt of " + length + " bytes");
        }
        for (SnapshotInfo candidate : found.match.candidates()) {
            if (found.hit.isPresent() && candidate.textBytes() > found.hit.get().textBytes()) {
                out.println("damaged  " + candidate.id() + " begins with " + candidate.textBytes()
                        + " bytes and cannot be loaded; 'kvc show' says why");
            }
        }
        for (PrefixMatch.Refused refused : found.match.refused()) {
            out.println("refused  " + refused.snapshot().id() + " begins with "
                    + refused.snapshot().textBytes() + " bytes: " + Gates.explain(refused));
        }
        for (Nearest near : found.near) {
            near.print(prompt, out);
        }
    }

    private static void printJson(List<Found> all, int promptBytes, PrintStream out) throws IOException {
        try (Json json = Json.to(out)) {
            for (Found found : all) {
                JsonGenerator to = json.generator();
                to.writeStartObject();
                to.writeStringField("namespace", found.store.namespace().name());
                to.writeNumberField("promptBytes", promptBytes);
                to.writeFieldName("hit");
                if (found.hit.isPresent()) {
                    to.writeStartObject();
                    json.snapshot(found.hit.get());
                    to.writeEndObject();
                } else {
                    to.writeNull();
                }
                to.writeArrayFieldStart("refused");
                for (PrefixMatch.Refused refused : found.match.refused()) {
                    to.writeStartObject();
                    json.snapshot(refused.snapshot());
                    to.writeStringField("gate", refused.gate().name());
                    to.writeEndObject();
                }
                to.writeEndArray();
                to.writeArrayFieldStart("nearest");
                for (Nearest near : found.near) {
                    to.writeStartObject();
                    to.writeNumberField("sharedBytes", near.sharedBytes());
                    json.snapshot(near.snapshot());
                    to.writeEndObject();
                }
                to.writeEndArray();
                to.writeEndObject();
            }
        }
    }

    /** What a snapshot must be to be of use to the engine that asks. */
    static final class Gates {
        private static final int ANY = -1;

        @Option(names = "--model-id", paramLabel = "ID", description = "Only states of this model.")
        private int modelId = ANY;

        @Option(names = "--payload-abi", paramLabel = "ABI", description = "Only payloads of this layout.")
        private int payloadAbi = ANY;

        @Option(names = "--quant-bits", paramLabel = "BITS", description = "Only states of this quantization.")
        private int quantBits = ANY;

        @Option(names = "--max-context", paramLabel = "TOKENS", description = "Only states for no larger a context.")
        private long maxContext = ANY;

        @Option(names = "--min-tokens", paramLabel = "TOKENS", description = "Only states that cover so many tokens.")
        private long minTokens = ANY;

        PrefixQuery query(ByteBuffer prompt) {
            PrefixQuery.Builder query = PrefixQuery.builder(prompt);
            if (modelId != ANY) {
                query.modelId(modelId);
            }
            if (payloadAbi != ANY) {
                query.payloadAbi(payloadAbi);
            }
            if (quantBits != ANY) {
                query.quantBits(quantBits);
            }
            if (maxContext != ANY) {
                query.maxContextSize(maxContext);
            }
            if (minTokens != ANY) {
                query.minTokens(minTokens);
            }
            return query.build();
        }

        static String explain(PrefixMatch.Refused refused) {
            KvcHeader header = refused.snapshot().header();
            return switch (refused.gate()) {
                case MIN_TOKENS -> "it covers " + header.tokenCount() + " tokens";
                case MAX_CONTEXT_SIZE -> "it was made for a context of " + header.contextSize();
                case QUANT_BITS -> "it is of " + header.quantBits() + " quant bits";
                case MODEL_ID -> "it is of model " + header.modelId();
                case PAYLOAD_ABI -> "its payload ABI is " + header.payloadAbi();
                case HEADER -> "its header";
            };
        }
    }
}
