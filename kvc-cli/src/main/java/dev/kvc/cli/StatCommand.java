package dev.kvc.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.kvc.cli.text.Units;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.fs.EvictionPlan;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.fs.OpenMode;
import dev.kvc.store.fs.OpenReport;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kvc stat}. */
@Command(
        name = "stat",
        description = {
            "Sums up a directory or store: snapshots, bytes and tokens, by why they were saved, by model, by age and by how often"
                    + " they were hit.",
            "With --budget, what would be dropped to keep within it. A policy that looks at how texts begin each other"
                    + " reads all texts for that, and needs a directory."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvc stat",
            "  kvc stat --budget 64GiB --budget 32GiB --policy prefix-aware",
            "  kvc stat --json | jq .snapshots.bytes",
            "  kvc stat --store s3://bucket/llama"
        })
final class StatCommand extends KvcCommand {
    @Mixin
    private StoreOptions location = new StoreOptions();

    @Option(
            names = "--budget",
            paramLabel = "SIZE",
            converter = Converters.Size.class,
            description = "Say what this budget would drop, such as 8GiB; may be given several times.")
    private List<DataSize> budgets = new ArrayList<>();

    @Mixin
    private PolicyOption policy = new PolicyOption();

    @Option(names = "--json", description = "One JSON object; sizes in bytes.")
    private boolean json;

    @Override
    int run(Terminal terminal) throws IOException, CommandException {
        Census census = new Census(terminal.nowUnix());
        List<EvictionPlan> plans = new ArrayList<>();
        location.requireDirectoryFor("--budget", !budgets.isEmpty(), terminal);
        @Nullable OpenReport report;
        try (KvStore store = location.openAny(terminal, OpenMode.READ)) {
            for (KvStore namespace : location.namespaces(store)) {
                try (Stream<SnapshotInfo> all = namespace.list()) {
                    all.forEach(census::add);
                }
            }
            report = store instanceof FileSystemKvStore directory ? directory.openReport() : null;
        }
        for (DataSize budget : budgets) {
            plans.add(plan(terminal, budget));
        }
        if (json) {
            printJson(census, report, plans, terminal.out());
        } else {
            print(census, report, plans, terminal.out());
        }
        return Kvc.DONE;
    }

    private EvictionPlan plan(Terminal terminal, DataSize budget) throws IOException, CommandException {
        FileSystemKvStore.Builder builder = policy.apply(location, terminal, OpenMode.READ, List.of("budget"));
        try (FileSystemKvStore store = builder.budget(budget).open()) {
            return store.planEviction();
        }
    }

    private static void print(Census census, @Nullable OpenReport report, List<EvictionPlan> plans, PrintStream out) {
        Census.Sum all = census.all();
        out.println(Units.count(all.count(), "snapshot") + ", " + Units.size(all.bytes()) + ", " + all.tokens()
                + " tokens, " + Units.count(all.hits(), "hit"));
        if (report != null) {
            printOthers(census, report, out);
        }
        census.groups().forEach((name, group) -> print(name, group, all, out));
        for (EvictionPlan plan : plans) {
            print(plan, all, out);
        }
    }

    private static void printOthers(Census census, OpenReport report, PrintStream out) {
        long others = report.bytes() - census.all().bytes();
        if (others > 0 && census.isWhole(report)) {
            out.println(Units.size(others) + " in other files: " + report.setAside() + " set aside, "
                    + report.unreadable() + " unreadable, " + report.otherVersions() + " of other versions, "
                    + report.otherFiles().size() + " not ours; 'kvc doctor' names them");
        }
    }

    private static void print(String name, Map<String, Census.Sum> group, Census.Sum all, PrintStream out) {
        if (group.isEmpty()) {
            return;
        }
        out.println();
        out.println(row(name, "SNAPSHOTS", "SIZE", "SHARE", "TOKENS", "HITS", "NEVER HIT"));
        group.forEach((key, sum) -> out.println(row(
                key,
                Long.toString(sum.count()),
                Units.size(sum.bytes()),
                Units.share(sum.bytes(), all.bytes()),
                Long.toString(sum.tokens()),
                Long.toString(sum.hits()),
                Units.size(sum.neverHitBytes()))));
    }

    private static Row row(
            String name, String count, String size, String share, String tokens, String hits, String neverHit) {
        return new Row()
                .left(name, 14)
                .right(count, 9)
                .right(size, 8)
                .right(share, 7)
                .right(tokens, 12)
                .right(hits, 8)
                .right(neverHit, 9);
    }

    private static void print(EvictionPlan plan, Census.Sum all, PrintStream out) {
        Census.Sum lost = Census.sum(plan);
        out.println();
        out.println("A budget of " + DataSize.ofBytes(plan.budgetBytes()) + " would drop "
                + Units.count(plan.victims().size(), "file") + ", " + Units.size(plan.bytes()) + ": "
                + Units.count(lost.count(), "snapshot") + " with " + lost.tokens() + " tokens ("
                + Units.share(lost.tokens(), all.tokens()) + ") that were hit " + lost.hits() + " times ("
                + Units.share(lost.hits(), all.hits()) + " of all hits)."
                + (plan.suffices() ? "" : " That is not enough: what is left may not be deleted."));
    }

    private static void printJson(Census census, @Nullable OpenReport report, List<EvictionPlan> plans, PrintStream out)
            throws IOException {
        try (Json json = Json.to(out)) {
            JsonGenerator to = json.generator();
            to.writeStartObject();
            write(to, "snapshots", census.all());
            if (report != null) {
                to.writeNumberField("directoryBytes", report.bytes());
                to.writeNumberField("setAside", report.setAside());
                to.writeNumberField("unreadable", report.unreadable());
                to.writeNumberField("otherVersions", report.otherVersions());
                to.writeNumberField("otherFiles", report.otherFiles().size());
            }
            for (Map.Entry<String, Map<String, Census.Sum>> group :
                    census.groups().entrySet()) {
                to.writeObjectFieldStart(Census.jsonName(group.getKey()));
                for (Map.Entry<String, Census.Sum> each : group.getValue().entrySet()) {
                    write(to, each.getKey(), each.getValue());
                }
                to.writeEndObject();
            }
            to.writeArrayFieldStart("budgets");
            for (EvictionPlan plan : plans) {
                to.writeStartObject();
                to.writeNumberField("budgetBytes", plan.budgetBytes());
                to.writeBooleanField("suffices", plan.suffices());
                to.writeNumberField("droppedFiles", plan.victims().size());
                to.writeNumberField("droppedBytes", plan.bytes());
                write(to, "droppedSnapshots", Census.sum(plan));
                to.writeEndObject();
            }
            to.writeEndArray();
            to.writeEndObject();
        }
    }

    private static void write(JsonGenerator to, String name, Census.Sum sum) throws IOException {
        to.writeObjectFieldStart(name);
        to.writeNumberField("count", sum.count());
        to.writeNumberField("bytes", sum.bytes());
        to.writeNumberField("tokens", sum.tokens());
        to.writeNumberField("hits", sum.hits());
        to.writeNumberField("neverHitBytes", sum.neverHitBytes());
        to.writeEndObject();
    }
}
