package dev.kvc.cli;

import dev.kvc.cli.text.Units;
import dev.kvc.store.DataSize;
import dev.kvc.store.fs.EvictionPlan;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.fs.OpenMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kvc evict}. */
@Command(
        name = "evict",
        description = {
            "Evicts down to a budget, as a cache with these settings would: what is damaged or dead first, what is past"
                    + " its age, then what the policy gives up first.",
            "Ends with 1 if that is not enough, because what is left may not be deleted."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvc evict --budget 8GiB --dry-run        what would go, and why",
            "  kvc evict --budget 8GiB --policy lru",
            "  kvc evict --max-idle 30d                 whatever was not used for a month"
        })
final class EvictCommand extends KvcCommand {
    @Mixin
    private DirectoryOptions directory = new DirectoryOptions();

    @Option(
            names = "--budget",
            paramLabel = "SIZE",
            converter = Converters.Size.class,
            description = "Bytes that the directory may hold, such as 8GiB; else KVC_BUDGET, else kvc.disk.budget.")
    private @Nullable DataSize budget;

    @Mixin
    private PolicyOption policy = new PolicyOption();

    @Option(
            names = "--max-age",
            paramLabel = "DURATION",
            converter = Converters.Span.class,
            description = "Also what was saved longer ago, such as 90d.")
    private @Nullable Duration maxAge;

    @Option(
            names = "--max-idle",
            paramLabel = "DURATION",
            converter = Converters.Span.class,
            description = "Also what was not used for so long.")
    private @Nullable Duration maxIdle;

    @Option(names = "--dry-run", description = "Say what would go, and remove nothing.")
    private boolean dryRun;

    @Override
    int run(Terminal terminal) throws IOException, CommandException {
        try (FileSystemKvStore store = open(terminal)) {
            EvictionPlan plan = store.planEviction();
            int evicted = dryRun ? 0 : store.evictToBudget();
            long held = store.stats().bytes();
            for (EvictionPlan.Victim victim : plan.victims()) {
                if (dryRun || !exists(victim.file())) {
                    print(victim, store.directory(), terminal);
                }
            }
            if (dryRun) {
                terminal.out()
                        .println("would evict " + Units.count(plan.victims().size(), "file") + ", "
                                + Units.size(plan.bytes()) + " of " + Units.size(plan.heldBytes()));
            } else {
                terminal.out()
                        .println("evicted " + Units.count(evicted, "file") + "; " + Units.size(held) + " are left");
            }
            boolean suffices = dryRun ? plan.suffices() : held <= plan.budgetBytes();
            if (!suffices) {
                terminal.err()
                        .println("kvc: that is not enough for a budget of " + DataSize.ofBytes(plan.budgetBytes())
                                + ": what is left is not ours or cannot be deleted; 'kvc doctor' names it");
            }
            return suffices ? Kvc.DONE : Kvc.PROBLEM;
        }
    }

    private static boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    private FileSystemKvStore open(Terminal terminal) throws IOException, CommandException {
        List<String> flags = new ArrayList<>();
        add(flags, "budget", budget);
        add(flags, "max-age", maxAge);
        add(flags, "max-idle", maxIdle);
        FileSystemKvStore.Builder builder =
                policy.apply(directory, terminal, dryRun ? OpenMode.READ : OpenMode.MANAGE, flags);
        if (maxAge != null) {
            builder.maxAge(maxAge);
        }
        if (maxIdle != null) {
            builder.maxIdle(maxIdle);
        }
        if (budget != null) {
            builder.budget(budget);
        } else if (directory.configuration(terminal).get("budget").isEmpty()) {
            if (maxAge == null && maxIdle == null) {
                throw CommandException.usage("no budget is given; use --budget SIZE such as 8GiB, or set KVC_BUDGET, or"
                        + " say --max-age or --max-idle");
            }
            builder.budget(DataSize.ofBytes(Long.MAX_VALUE));
        }
        return builder.open();
    }

    private static void add(List<String> flags, String name, @Nullable Object value) {
        if (value != null) {
            flags.add(name);
        }
    }

    private static void print(EvictionPlan.Victim victim, Path root, Terminal terminal) {
        String used = victim.snapshot()
                .map(info -> Units.count(info.header().hitCount(), "hit") + ", used "
                        + Units.ago(info.header().lastUsedUnix(), terminal.nowUnix()) + " ago")
                .orElse("");
        terminal.out()
                .println(new Row()
                        .left(victim.why().name().toLowerCase(Locale.ROOT).replace('_', '-'), 14)
                        .left(root.relativize(victim.file()).toString(), 43)
                        .right(Units.size(victim.bytes()), 8)
                        .left(used, 0));
    }
}
