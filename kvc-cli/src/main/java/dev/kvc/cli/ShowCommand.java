package dev.kvc.cli;

import dev.kvc.cli.text.Texts;
import dev.kvc.cli.text.Units;
import dev.kvc.format.ExtensionFlags;
import dev.kvc.format.KvcFormatException;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Tail;
import dev.kvc.format.Trailer;
import dev.kvc.store.KvStore;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.fs.OpenMode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kvc show}. */
@Command(
        name = "show",
        description = {
            "Shows one snapshot: its header, the beginning of its text, its sections, whether its checksums hold, and"
                    + " which stored snapshots it goes on from.",
            Keys.RULE
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvc show 06ac1ed2",
            "  kvc show 06ac1ed2 --text > prompt.txt        the whole text, as it is",
            "  kvc show 06ac1ed2 --hex 0:52                 header and text length in hex",
            "  kvc show 06ac1ed2 --store redis://cache.example"
        })
final class ShowCommand extends KvcCommand {
    private static final int NAME_WIDTH = 11;

    @Mixin
    private StoreOptions location = new StoreOptions();

    @Parameters(paramLabel = "KEY", description = "Which snapshot.")
    private String name = "";

    @Option(names = "--text", description = "Print the whole text, byte for byte, and nothing else.")
    private boolean text;

    @Option(
            names = "--hex",
            paramLabel = "OFFSET:COUNT",
            converter = HexDump.Converter.class,
            description = "Print so many bytes of the file in hex, and nothing else.")
    private @Nullable HexDump hex;

    @Option(
            names = "--text-bytes",
            paramLabel = "COUNT",
            description = "How much of the text is shown; ${DEFAULT-VALUE} bytes by default.")
    private int textBytes = 240;

    @Override
    int run(Terminal terminal) throws IOException, CommandException {
        try (KvStore root = location.openAny(terminal, OpenMode.READ)) {
            SnapshotInfo info = Keys.find(root, location.namespace(), name);
            KvStore store = root.in(info.id().namespace());
            try (SnapshotFile file = SnapshotFile.find(store, info.key())
                    .orElseThrow(() -> CommandException.notThere(info.id() + " has just been removed"))) {
                if (hex != null) {
                    hex.print(file, terminal.out());
                } else if (text) {
                    terminal.out().flush();
                    Channels.newChannel(terminal.out()).write(file.text());
                } else {
                    return show(store, info, file, terminal);
                }
            }
        }
        return Kvc.DONE;
    }

    private int show(KvStore store, SnapshotInfo info, SnapshotFile file, Terminal terminal) throws IOException {
        PrintStream out = terminal.out();
        ByteBuffer prompt = file.text();
        field(out, "key", info.id().toString());
        field(
                out,
                "file",
                file.source() + ", " + Units.size(info.storedBytes()) + " (" + info.storedBytes() + " bytes)");
        header(out, info.header(), terminal.nowUnix());
        boolean isHash = KvcKey.of(prompt).equals(info.key());
        field(
                out,
                "text",
                prompt.remaining() + " bytes"
                        + (isHash ? "" : ", of which the key is not the hash: no prompt finds it"));
        field(out, "", Texts.quote(prompt, 0, textBytes));
        boolean sound = tail(out, file);
        for (String ancestor : isHash ? ancestors(store, info, prompt) : List.<String>of()) {
            field(out, "goes on from", ancestor);
        }
        return sound ? Kvc.DONE : Kvc.PROBLEM;
    }

    private static void header(PrintStream out, KvcHeader header, long now) {
        field(out, "tokens", header.tokenCount() + ", made for a context of " + header.contextSize());
        field(out, "reason", header.saveReason().toString());
        field(
                out,
                "engine",
                "quant bits " + header.quantBits() + ", model " + header.modelId() + ", payload ABI "
                        + header.payloadAbi());
        field(out, "hits", Long.toUnsignedString(header.hitCount()));
        field(out, "created", time(header.createdUnix(), now));
        field(out, "last used", time(header.lastUsedUnix(), now));
        field(out, "payload", Units.size(header.payloadBytes()) + " (" + header.payloadBytes() + " bytes)");
        field(out, "flags", flags(header.extensionFlags()));
    }

    private static String time(long unix, long now) {
        String ago = Units.ago(unix, now);
        return Units.time(unix) + (ago.equals("-") ? "" : ", " + ago + " ago");
    }

    private static String flags(ExtensionFlags flags) {
        List<String> names = new ArrayList<>();
        name(names, flags, ExtensionFlags.TOOL_MAP, "tool map");
        name(names, flags, ExtensionFlags.RESPONSES_VISIBLE, "visible responses transcript");
        name(names, flags, ExtensionFlags.THINKING_VISIBLE, "visible thinking transcript");
        name(names, flags, ExtensionFlags.SESSION_TITLE, "session title");
        name(names, flags, ExtensionFlags.OWNED_END, "another writer owns the end of the file");
        return String.format("0x%02x", flags.bits()) + (names.isEmpty() ? "" : ": " + String.join(", ", names));
    }

    private static void name(List<String> names, ExtensionFlags flags, int mask, String name) {
        if (flags.has(mask)) {
            names.add(name);
        }
    }

    /** Sections and checksums; whether nothing is damaged. */
    private static boolean tail(PrintStream out, SnapshotFile file) throws IOException {
        try {
            Tail tail = file.tail();
            Trailer trailer = file.trailer(tail);
            field(out, "trailer", Units.count(trailer.bytes(), "byte"));
            trailer.toolMap()
                    .ifPresent(map ->
                            field(out, "tool map", Units.count(map.entries().size(), "call")));
            trailer.sessionTitle().ifPresent(title -> field(out, "title", '"' + Texts.escape(title.text()) + '"'));
            field(out, "checksums", file.verify() ? "all hold" : "none: its writer adds none, or they were cut off");
            return true;
        } catch (KvcFormatException e) {
            field(out, "DAMAGED", Failures.oneLine(e) + "; 'kvc verify --repair' sets it aside");
            return false;
        }
    }

    /** The stored snapshots whose texts begin this one's, the longest first. */
    private static List<String> ancestors(KvStore store, SnapshotInfo info, ByteBuffer prompt) throws IOException {
        return store.match(PrefixQuery.of(prompt)).candidates().stream()
                .filter(candidate -> !candidate.id().equals(info.id()))
                .map(candidate -> candidate.id() + ", " + candidate.textBytes() + " bytes, "
                        + candidate.header().tokenCount() + " tokens")
                .toList();
    }

    private static void field(PrintStream out, String name, String value) {
        out.println(new Row().left(name, NAME_WIDTH).left(value, 0));
    }
}
