package dev.kvc.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** {@code kvc completion}. */
@Command(
        name = "completion",
        description = "Prints a script that makes bash and zsh complete commands and options.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(kvc completion)                     for this shell",
            "  kvc completion > /etc/bash_completion.d/kvc"
        })
final class CompletionCommand extends KvcCommand {
    @Override
    int run(Terminal terminal) {
        terminal.out().println(AutoComplete.bash("kvc", Kvc.commandLine(terminal)));
        return Kvc.DONE;
    }
}
