package dev.kvc.cli;

import dev.kvc.cli.text.Units;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.StoreStats;
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
import java.util.Optional;
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
            "Ends with 1 if that is not enough, because what is left may not be deleted.",
            "Of a store over a network, down to the budget that --budget or its URI gives: S3 by a full listing. Redis"
                    + " evicts by itself, and forgets here what it has evicted."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvc evict --budget 8GiB --dry-run        what would go, and why",
            "  kvc evict --budget 8GiB --policy lru",
            "  kvc evict --max-idle 30d                 whatever was not used for a month",
            "  kvc evict --budget 50TB --store s3://bucket/llama"
        })
final class EvictCommand extends KvcCommand {
    @Mixin
    private StoreOptions location = new StoreOptions();

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
        Optional<String> elsewhere = location.elsewhere(terminal);
        return elsewhere.isPresent() ? evict(elsewhere.get(), terminal) : evict(terminal);
    }

    /** What is elsewhere evicts as it does; docs/remote.md says how. */
    private int evict(String uri, Terminal terminal) throws IOException, CommandException {
        location.requireDirectoryFor("--dry-run", dryRun, terminal);
        location.requireDirectoryFor("--max-age", maxAge != null, terminal);
        location.requireDirectoryFor("--max-idle", maxIdle != null, terminal);
        String limited = budget == null ? uri : StoreOptions.with(uri, "budget", budget.toString());
        String named = policy.name().isEmpty()
                ? limited
                : StoreOptions.with(limited, "policy", policy.name().get());
        try (KvStore store = StoreOptions.open(named, terminal)) {
            int evicted = store.evictToBudget();
            StoreStats left = store.stats();
            terminal.out()
                    .println("evicted " + Units.count(evicted, "snapshot") + "; " + Units.size(left.bytes())
                            + " are left"
                            + (left.budgetBytes() == Long.MAX_VALUE ? ", and there is no budget" : ""));
            return left.bytes() <= left.budgetBytes() ? Kvc.DONE : Kvc.PROBLEM;
        }
    }

    private int evict(Terminal terminal) throws IOException, CommandException {
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
                policy.apply(location, terminal, dryRun ? OpenMode.READ : OpenMode.MANAGE, flags);
        if (maxAge != null) {
            builder.maxAge(maxAge);
        }
        if (maxIdle != null) {
            builder.maxIdle(maxIdle);
        }
        if (budget != null) {
            builder.budget(budget);
        } else if (location.configuration(terminal).get("budget").isEmpty()) {
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
