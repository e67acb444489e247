package dev.kvc.cli;

import dev.kvc.cli.text.Texts;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command {@code kvc}, and the program of its jar.
 *
 * <p>It ends with {@value #DONE} if it did what it was asked to and found nothing wrong, {@value #PROBLEM} if it found
 * a problem or not what was asked for, {@value #USAGE} if arguments or settings are wrong, and {@value #FAILED} if it
 * failed, as when a file cannot be read.
 */
@Command(
        name = "kvc",
        description = {
            "Looks at, checks and manages directories of snapshots: what language-model engines have computed for"
                    + " prompts, kept in files by KVC, ds4 or the reference implementation.",
            "Works on a directory that engines are using; with --store on S3, Redis and Valkey, too. Removes nothing"
                    + " that it is not told to."
        },
        versionProvider = Kvc.Version.class,
        mixinStandardHelpOptions = true,
        commandListHeading = "%nCommands:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvc ls --dir /var/cache/kvc --sort size --limit 20",
            "  KVC_DIR=/var/cache/kvc kvc find --prompt prompt.txt",
            "  kvc evict --dir /var/cache/kvc --budget 8GiB --dry-run",
            "  kvc verify --store s3://bucket/llama",
            "",
            "'kvc COMMAND --help' explains a command. 'bench' and 'demo' are run from KVC's repository, by ./kvc."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, and nothing wrong was found",
            "1:a problem was found, or what was asked for is not there",
            "2:arguments or settings are wrong",
            "3:it failed, as when a file cannot be read or written"
        })
public final class Kvc {
    static final int DONE = 0;
    static final int PROBLEM = 1;
    static final int USAGE = 2;
    static final int FAILED = 3;

    /** What the script of the repository does by itself. */
    private static final Set<String> OF_THE_REPOSITORY = Set.of("bench", "demo");

    /** What commands about files do not have. */
    private static final Pattern STORE = Pattern.compile("(--store|-s)(=.*)?");

    /** All commands, in the order of the help. */
    private static final List<String> NAMES = List.of(
            "ls",
            "show",
            "stat",
            "find",
            "verify",
            "evict",
            "rm",
            "wipe",
            "export",
            "import",
            "doctor",
            "report",
            "record",
            "simulate",
            "completion",
            "man");

    private final Terminal terminal;

    Kvc(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Runs the command and ends the process with its code. */
    public static void main(String[] args) {
        System.exit(run(Terminal.ofProcess(), args));
    }

    /** Runs the command and returns the code to end with. */
    static int run(Terminal terminal, String... args) {
        try {
            boolean named = args.length > 0 && NAMES.contains(args[0]);
            return commandLine(terminal, named ? List.of(args[0]) : NAMES).execute(args);
        } finally {
            terminal.out().flush();
        }
    }

    /** The command with all its subcommands, each with the same manners. */
    static CommandLine commandLine(Terminal terminal) {
        return commandLine(terminal, NAMES);
    }

    /** With these alone: reading what all others can would take longer than most of them run. */
    private static CommandLine commandLine(Terminal terminal, List<String> names) {
        CommandLine kvc = new CommandLine(new Kvc(terminal));
        names.forEach(name -> kvc.addSubcommand(command(name)));
        if (names.size() > 1) {
            kvc.addSubcommand(new HelpCommand());
        }
        return kvc.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8))
                .setUsageHelpWidth(100)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setParameterExceptionHandler((e, arguments) -> refuse(terminal, e))
                .setExecutionExceptionHandler((e, failed, result) -> fail(terminal, failed, e));
    }

    private static KvcCommand command(String name) {
        return switch (name) {
            case "ls" -> new LsCommand();
            case "show" -> new ShowCommand();
            case "stat" -> new StatCommand();
            case "find" -> new FindCommand();
            case "verify" -> new VerifyCommand();
            case "evict" -> new EvictCommand();
            case "rm" -> new RmCommand();
            case "wipe" -> new WipeCommand();
            case "export" -> new ExportCommand();
            case "import" -> new ImportCommand();
            case "doctor" -> new DoctorCommand();
            case "report" -> new ReportCommand();
            case "record" -> new RecordCommand();
            case "simulate" -> new SimulateCommand();
            case "completion" -> new CompletionCommand();
            case "man" -> new ManCommand();
            default -> throw new IllegalArgumentException("there is no command " + name);
        };
    }

    Terminal terminal() {
        return terminal;
    }

    private static int refuse(Terminal terminal, ParameterException e) {
        String name = e.getCommandLine().getCommandSpec().qualifiedName();
        boolean isRoot = e.getCommandLine().getParent() == null;
        if (isRoot && e instanceof UnmatchedArgumentException unmatched) {
            String first = unmatched.getUnmatched().get(0);
            terminal.err().println("kvc: " + explain(first) + "; 'kvc --help' lists what there is");
        } else if (e instanceof UnmatchedArgumentException unmatched
                && STORE.matcher(unmatched.getUnmatched().get(0)).matches()) {
            terminal.err()
                    .println("kvc: " + name.substring("kvc ".length())
                            + " looks at files, and needs a directory; give one with --dir");
        } else {
            // Of a group of options picocli begins so.
            String problem = Failures.oneLine(e).replaceFirst("^Error: ", "");
            terminal.err().println("kvc: " + problem + "; '" + name + " --help' explains it");
        }
        return USAGE;
    }

    private static String explain(String unknown) {
        return OF_THE_REPOSITORY.contains(unknown)
                ? unknown + " needs KVC's repository, where './kvc " + unknown + "' runs it"
                : "there is no command or option " + Texts.escape(unknown);
    }

    private static int fail(Terminal terminal, CommandLine failed, Exception e) {
        terminal.out().flush();
        terminal.err().println("kvc: " + Failures.explain(e));
        if (failed.getCommand() instanceof KvcCommand command && command.isVerbose()) {
            e.printStackTrace(terminal.err());
        }
        return Failures.exitCode(e);
    }

    /** The version of the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Kvc.class.getPackage().getImplementationVersion();
            return new String[] {"kvc " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
