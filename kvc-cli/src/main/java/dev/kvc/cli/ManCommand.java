package dev.kvc.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kvc man}. */
@Command(
        name = "man",
        description = "Prints the manual page of a command, or writes those of all, made from what --help says.",
        footerHeading = "%nExamples:%n",
        footer = {"  kvc man find | man -l -", "  kvc man --out /usr/local/share/man/man1"})
final class ManCommand extends KvcCommand {
    @Parameters(paramLabel = "COMMAND", arity = "0..1", description = "Which; kvc itself by default.")
    private @Nullable String name;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            description = "Write kvc.1, kvc-ls.1 and so on there; the directory is made if it is missing.")
    private @Nullable Path out;

    @Override
    int run(Terminal terminal) throws IOException, CommandException {
        CommandLine root = Kvc.commandLine(terminal);
        if (out == null) {
            CommandLine command = name == null ? root : root.getSubcommands().get(name);
            if (command == null) {
                throw CommandException.usage("there is no command " + name + "; 'kvc --help' lists them");
            }
            terminal.out().print(ManualPage.of(command));
        } else {
            Files.createDirectories(out);
            write(root, out);
            for (CommandLine command : root.getSubcommands().values()) {
                write(command, out);
            }
        }
        return Kvc.DONE;
    }

    private static void write(CommandLine command, Path directory) throws IOException {
        Files.writeString(directory.resolve(ManualPage.name(command) + ".1"), ManualPage.of(command));
    }
}
