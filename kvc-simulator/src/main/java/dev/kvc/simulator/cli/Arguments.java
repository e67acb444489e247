package dev.kvc.simulator.cli;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.simulator.SizeModel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the command line asks for. */
final class Arguments {
    static final String USAGE = """
            Usage: ./kvc simulate --trace PATH [options]

            Replays recorded traffic against eviction policies and prints, for each policy and
            budget, what would have been found again.

              --trace PATH         a file of Mooncake's format (JSON lines with hash_ids), a KVC
                                   recording, a recorded agent session, or a directory of those;
                                   plain or gzip. synthetic:N is a made-up trace of N requests
              --policy NAMES       policies, separated by commas; all that are installed
              --budgets SHARES     of the bytes that a cache without a budget would hold;
                                   0.025,0.05,0.1,0.2,0.4,0.8
              --size-model NAMES   ds4, proportional, recorded, or FIXED+PERTOKEN in bytes, such
                                   as 1000000+2048; ds4,proportional
              --no-bounds          leave out what knowing the future would give
              --csv FILE           also write all results as CSV
              --html FILE          also write a page with curves, which opens without a network
              --svg FILE           also write the curves of the first size model alone
              --threads N          replays at once; as many as there are processors
            """;

    private static final Set<String> OPTIONS = new LinkedHashSet<>(
            List.of("--trace", "--policy", "--budgets", "--size-model", "--csv", "--html", "--svg", "--threads"));
    private static final String NO_BOUNDS = "--no-bounds";
    private static final String SYNTHETIC = "synthetic:";
    private static final double MAX_SHARE = 100;

    private final Map<String, String> given = new HashMap<>();
    private boolean help;
    private boolean noBounds;

    private Arguments() {}

    static Arguments parse(String... words) throws UsageException {
        Arguments arguments = new Arguments();
        for (int i = 0; i < words.length; i++) {
            switch (words[i]) {
                case "--help", "-h" -> arguments.help = true;
                case NO_BOUNDS -> arguments.noBounds = true;
                default -> arguments.option(words[i], i + 1 < words.length ? words[++i] : null);
            }
        }
        if (!arguments.help && !arguments.given.containsKey("--trace")) {
            throw new UsageException("--trace PATH is missing; './kvc simulate --help' explains it");
        }
        return arguments;
    }

    private void option(String option, @Nullable String value) throws UsageException {
        if (!OPTIONS.contains(option)) {
            throw new UsageException("unknown option '" + option + "'; there are " + String.join(", ", OPTIONS) + ", "
                    + NO_BOUNDS + " and --help");
        }
        if (value == null || value.isEmpty() || value.startsWith("--")) {
            throw new UsageException(option + " is followed by " + (value == null ? "nothing" : "'" + value + "'")
                    + "; it needs a value");
        }
        String earlier = given.putIfAbsent(option, value);
        if (earlier != null) {
            throw new UsageException(option + " was already given as '" + earlier + "'; give it once");
        }
    }

    boolean help() {
        return help;
    }

    boolean bounds() {
        return !noBounds;
    }

    /** How many requests of a made-up trace are asked for, if one is. */
    Optional<Long> synthetic() throws UsageException {
        String trace = given.getOrDefault("--trace", "");
        return trace.startsWith(SYNTHETIC)
                ? Optional.of(
                        number("--trace", trace.substring(SYNTHETIC.length()), n -> n > 0, "a whole number above 0"))
                : Optional.empty();
    }

    Path trace() throws UsageException {
        return path("--trace").orElseThrow();
    }

    /** The file that this option names, if it was given. */
    Optional<Path> path(String option) throws UsageException {
        String value = given.get(option);
        try {
            return Optional.ofNullable(value).map(Path::of);
        } catch (InvalidPathException e) {
            throw new UsageException(option + " '" + value + "' names no file: " + e.getReason());
        }
    }

    List<EvictionPolicyFactory> policies(EvictionPolicies installed) throws UsageException {
        List<EvictionPolicyFactory> policies = new ArrayList<>();
        for (String name : list("--policy", String.join(",", installed.names()))) {
            try {
                policies.add(installed.byName(name));
            } catch (IllegalArgumentException e) {
                throw new UsageException("--policy: " + e.getMessage());
            }
        }
        return policies;
    }

    List<Double> budgets() throws UsageException {
        List<Double> budgets = new ArrayList<>();
        for (String text : list("--budgets", "0.025,0.05,0.1,0.2,0.4,0.8")) {
            budgets.add(share(text));
        }
        return budgets;
    }

    private static double share(String text) throws UsageException {
        try {
            double share = Double.parseDouble(text);
            if (share > 0 && share <= MAX_SHARE) {
                return share;
            }
        } catch (NumberFormatException e) {
            // Falls through to the one message for whatever is no share.
        }
        throw new UsageException("--budgets has '" + text + "'; each must be a number above 0, such as 0.1");
    }

    List<SizeModel> sizeModels() throws UsageException {
        List<SizeModel> models = new ArrayList<>();
        for (String name : list("--size-model", "ds4,proportional")) {
            models.add(sizeModel(name));
        }
        return models;
    }

    private static SizeModel sizeModel(String name) throws UsageException {
        for (SizeModel model : SizeModel.all()) {
            if (model.name().equals(name)) {
                return model;
            }
        }
        String[] parts = name.split("\\+", 2);
        if (parts.length != 2) {
            throw new UsageException("--size-model has '" + name
                    + "'; there are ds4, proportional, recorded and FIXED+PERTOKEN, such as 1000000+2048");
        }
        String rule = "whole numbers of bytes around the +";
        return SizeModel.linear(
                name,
                number("--size-model", parts[0], n -> n >= 0, rule),
                number("--size-model", parts[1], n -> n >= 0, rule));
    }

    int threads() throws UsageException {
        String text = given.get("--threads");
        return text == null
                ? Runtime.getRuntime().availableProcessors()
                : Math.toIntExact(number("--threads", text, n -> n > 0 && n <= 1024, "a whole number from 1 to 1024"));
    }

    private static long number(String option, String text, Predicate<Long> rule, String what) throws UsageException {
        try {
            long number = Long.parseLong(text);
            if (rule.test(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Falls through to the one message for whatever is no such number.
        }
        throw new UsageException(option + " has '" + text + "'; it must be " + what);
    }

    /** The parts of a value, in their order; one that is given twice is an error. */
    private List<String> list(String option, String otherwise) throws UsageException {
        List<String> parts = Arrays.asList(given.getOrDefault(option, otherwise).split(",", -1));
        Set<String> seen = new LinkedHashSet<>();
        for (String part : parts) {
            if (part.isBlank() || !seen.add(part.strip())) {
                throw new UsageException(option + " has '" + part + "' " + (part.isBlank() ? "in its list" : "twice"));
            }
        }
        return List.copyOf(seen);
    }
}
