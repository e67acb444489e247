package dev.kvc.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** A command's help as a manual page: troff with the man macros, which {@code man} reads as it is. */
final class ManualPage {
    private final StringBuilder page = new StringBuilder();
    private final CommandLine command;
    private final UsageMessageSpec usage;

    private ManualPage(CommandLine command) {
        this.command = command;
        usage = command.getCommandSpec().usageMessage();
    }

    /** {@code kvc-ls}. */
    static String name(CommandLine command) {
        return command.getCommandSpec().qualifiedName("-");
    }

    static String of(CommandLine command) {
        return new ManualPage(command).write();
    }

    private String write() {
        String name = name(command);
        page.append(".TH \"").append(name.toUpperCase(Locale.ROOT)).append("\" 1 \"\" \"kvc\" \"KVC\"\n");
        section("NAME");
        String summary = usage.description()[0];
        int end = summary.indexOf(". ");
        text(name + " - " + (end < 0 ? summary : summary.substring(0, end)).replaceAll("[.:]$", ""));
        section("SYNOPSIS");
        text(new Help(command.getCommandSpec(), Help.defaultColorScheme(Help.Ansi.OFF))
                .synopsis(0)
                .strip()
                .replaceAll("\\s+", " "));
        section("DESCRIPTION");
        paragraphs(usage.description());
        arguments();
        commands();
        if (usage.footer().length > 0) {
            section("EXAMPLES");
            literal(usage.footer());
        }
        exitCodes();
        section("ENVIRONMENT");
        tagged("KVC_DIR, KVC_BUDGET, KVC_POLICY, ...", "Settings that no option gives: kvc.disk.NAME as KVC_NAME.");
        tagged("KVC_CONFIG", "A properties file with the same settings, which the environment overrides.");
        return page.toString();
    }

    private void arguments() {
        section("OPTIONS");
        for (PositionalParamSpec parameter : command.getCommandSpec().positionalParameters()) {
            tagged(parameter.paramLabel(), description(parameter));
        }
        for (OptionSpec option : command.getCommandSpec().options()) {
            String label = option.arity().max() == 0 ? "" : "=" + option.paramLabel();
            tagged(String.join(", ", option.names()) + label, description(option));
        }
    }

    /** With the default and the choices filled in, as the help has them. */
    private static String description(ArgSpec argument) {
        List<String> candidates = new ArrayList<>();
        if (argument.completionCandidates() != null) {
            argument.completionCandidates().forEach(candidates::add);
        }
        return String.join(" ", argument.description())
                .replace("${DEFAULT-VALUE}", String.valueOf(argument.initialValue()))
                .replace("${COMPLETION-CANDIDATES}", String.join(", ", candidates));
    }

    private void commands() {
        if (!command.getSubcommands().isEmpty()) {
            section("COMMANDS");
            command.getSubcommands()
                    .forEach((name, each) -> tagged(
                            name,
                            String.join(
                                    " ", each.getCommandSpec().usageMessage().description())));
        }
    }

    private void exitCodes() {
        UsageMessageSpec root = command.getCommandSpec().root().usageMessage();
        section("EXIT STATUS");
        for (Map.Entry<String, String> code : root.exitCodeList().entrySet()) {
            tagged(code.getKey(), code.getValue());
        }
    }

    private void section(String title) {
        page.append(".SH ").append(title).append('\n');
    }

    private void paragraphs(String[] texts) {
        for (String text : texts) {
            page.append(".PP\n");
            text(text);
        }
    }

    private void tagged(String tag, String text) {
        page.append(".TP\n\\fB").append(escape(tag)).append("\\fR\n");
        text(text);
    }

    private void literal(String[] lines) {
        page.append(".nf\n");
        Arrays.stream(lines).forEach(this::text);
        page.append(".fi\n");
    }

    /** A line of text; one that begins like a request is kept from being one. */
    private void text(String line) {
        String escaped = escape(line.replace("%n", " "));
        page.append(escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" : "")
                .append(escaped)
                .append('\n');
    }

    private static String escape(String text) {
        return text.replace("\\", "\\e").replace("-", "\\-").replace("…", "...");
    }
}
