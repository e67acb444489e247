package dev.kvc.cli;

import dev.kvc.cli.text.Units;
import dev.kvc.format.KvcHeader;
import dev.kvc.store.KvStore;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.fs.OpenMode;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kvc ls}. */
@Command(
        name = "ls",
        description = "Lists snapshots, one a line, from their headers: no text or payload is read.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvc ls --sort used --reverse --limit 20      what was used last",
            "  kvc ls --never-hit --sort size --reverse     what takes most room for nothing",
            "  kvc ls --reason agent-session --idle 30d     sessions that nobody has gone on with for a month",
            "  kvc ls --json | jq -r 'select(.tokens > 10000) | .key'",
            "  kvc ls --store s3://bucket/llama             what a fleet shares"
        })
final class LsCommand extends KvcCommand {
    private static final int KEY_WIDTH = 40;

    @Mixin
    private StoreOptions location = new StoreOptions();

    @Mixin
    private SnapshotFilter filter = new SnapshotFilter();

    @Option(names = "--sort", paramLabel = "ORDER", description = "One of ${COMPLETION-CANDIDATES}; key by default.")
    private Order order = Order.KEY;

    @Option(
            names = {"-r", "--reverse"},
            description = "The other way round: the largest, the last used first.")
    private boolean reverse;

    @Option(names = "--limit", paramLabel = "COUNT", description = "The first so many alone.")
    private long limit = Long.MAX_VALUE;

    @Option(names = "--json", description = "One JSON object a line; sizes in bytes, times in seconds since 1970.")
    private boolean json;

    /** What snapshots are sorted by, the smallest or oldest first. */
    enum Order {
        KEY((a, b) -> a.id().compareTo(b.id())),
        SIZE(Comparator.comparingLong(SnapshotInfo::storedBytes)),
        TEXT(Comparator.comparingInt(SnapshotInfo::textBytes)),
        TOKENS(Comparator.comparingLong(info -> info.header().tokenCount())),
        HITS(Comparator.comparingLong(info -> info.header().hitCount())),
        CREATED((a, b) ->
                Long.compareUnsigned(a.header().createdUnix(), b.header().createdUnix())),
        USED((a, b) ->
                Long.compareUnsigned(a.header().lastUsedUnix(), b.header().lastUsedUnix()));

        private final Comparator<SnapshotInfo> comparator;

        Order(Comparator<SnapshotInfo> comparator) {
            this.comparator = comparator;
        }

        /** In one piece: one put together of others takes longer, a million times. */
        Comparator<SnapshotInfo> comparator(boolean reverse) {
            return (a, b) -> {
                int order = reverse ? comparator.compare(b, a) : comparator.compare(a, b);
                return order == 0 ? a.id().compareTo(b.id()) : order;
            };
        }
    }

    @Override
    int run(Terminal terminal) throws IOException, CommandException {
        if (limit < 0) {
            throw CommandException.usage("--limit is " + limit + "; it must be 0 or more");
        }
        long now = terminal.nowUnix();
        try (KvStore store = location.openAny(terminal, OpenMode.READ)) {
            List<SnapshotInfo> found = new ArrayList<>();
            for (KvStore namespace : location.namespaces(store)) {
                try (Stream<SnapshotInfo> all = namespace.list()) {
                    all.filter(info -> filter.passes(info, now)).forEach(found::add);
                }
            }
            found.sort(order.comparator(reverse));
            List<SnapshotInfo> shown = found.subList(0, (int) Math.min(limit, found.size()));
            if (json) {
                printJson(shown, terminal.out());
            } else {
                print(shown, now, terminal.out());
            }
        }
        return Kvc.DONE;
    }

    private static void printJson(List<SnapshotInfo> shown, PrintStream out) throws IOException {
        try (Json json = Json.to(out)) {
            for (SnapshotInfo info : shown) {
                json.generator().writeStartObject();
                json.snapshot(info);
                json.generator().writeEndObject();
            }
        }
    }

    private static void print(List<SnapshotInfo> shown, long now, PrintStream out) {
        if (!shown.isEmpty()) {
            out.println(row("KEY", "SIZE", "TOKENS", "HITS", "USED", "AGE", "REASON", "QUANT", "MODEL", "ABI"));
        }
        for (SnapshotInfo info : shown) {
            out.println(row(info, now));
        }
    }

    private static Row row(SnapshotInfo info, long now) {
        KvcHeader header = info.header();
        return row(
                info.id().toString(),
                Units.size(info.storedBytes()),
                Long.toString(header.tokenCount()),
                Long.toString(header.hitCount()),
                Units.ago(header.lastUsedUnix(), now),
                Units.ago(header.createdUnix(), now),
                header.saveReason().toString(),
                Integer.toString(header.quantBits()),
                Integer.toString(header.modelId()),
                Integer.toString(header.payloadAbi()));
    }

    private static Row row(
            String key,
            String size,
            String tokens,
            String hits,
            String used,
            String age,
            String reason,
            String quant,
            String model,
            String abi) {
        return new Row()
                .left(key, KEY_WIDTH)
                .right(size, 8)
                .right(tokens, 8)
                .right(hits, 6)
                .right(used, 5)
                .right(age, 5)
                .left(reason, 13)
                .right(quant, 5)
                .right(model, 5)
                .right(abi, 3);
    }
}
