package dev.kvc.cli;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.fs.OpenMode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What chooses victims. */
final class PolicyOption {
    @Option(
            names = "--policy",
            paramLabel = "NAME",
            description = "The eviction policy, such as lru or prefix-aware; else KVC_POLICY, else kvc.policy.")
    private @Nullable String policy;

    /**
     * A builder with the settings of the cache and this policy.
     *
     * @param flags the settings that the command's own options have set
     */
    FileSystemKvStore.Builder apply(DirectoryOptions directory, Terminal terminal, OpenMode mode, List<String> flags)
            throws IOException, CommandException {
        List<String> set = new ArrayList<>(flags);
        set.add("policy");
        EvictionPolicyFactory chosen = chosen(directory, terminal);
        FileSystemKvStore.Builder builder =
                directory.configured(terminal, mode, set).policy(chosen);
        return chosen.create().usesAncestors() ? builder.textsFirst() : builder;
    }

    /** The policy that was asked for. */
    Optional<String> name() {
        return Optional.ofNullable(policy);
    }

    /** The policy that was asked for, or the cache's. */
    EvictionPolicyFactory chosen(DirectoryOptions directory, Terminal terminal) throws IOException, CommandException {
        Configuration configuration = directory.configuration(terminal);
        String name = policy == null ? configuration.get("policy").orElse(null) : policy;
        return name == null
                ? EvictionPolicies.prefixAware()
                : EvictionPolicies.load().byName(name);
    }
}
