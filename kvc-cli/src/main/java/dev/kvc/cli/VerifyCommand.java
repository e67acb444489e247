package dev.kvc.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.kvc.cli.text.Units;
import dev.kvc.store.KvStore;
import dev.kvc.store.VerifyOptions;
import dev.kvc.store.VerifyProgress;
import dev.kvc.store.VerifyReport;
import dev.kvc.store.VerifyReport.Finding;
import dev.kvc.store.VerifyReport.Remedy;
import dev.kvc.store.fs.OpenMode;
import dev.kvc.store.spi.StoredFilesVerifier;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kvc verify}. */
@Command(
        name = "verify",
        description = {
            "Reads every file, checks lengths, names and checksums, and names what is not in order. Changes nothing,"
                    + " unless --repair is given.",
            "Ends with 1 if anything needs mending that has not been mended."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvc verify                 reads every byte",
            "  kvc verify --quick         leaves payloads out",
            "  kvc verify --repair        sets damaged files aside, removes temporaries of dead writers",
            "  kvc verify --store s3://bucket/llama --repair"
        })
final class VerifyCommand extends KvcCommand {
    @Mixin
    private StoreOptions location = new StoreOptions();

    @Option(
            names = "--repair",
            description =
                    "Set damaged files aside as KEY.kv.bad, and remove temporaries whose writers have ended; remove"
                            + " what is damaged from a store over a network.")
    private boolean repair;

    @Option(names = "--dry-run", description = "With --repair, say what would be done and do nothing.")
    private boolean dryRun;

    @Option(names = "--quick", description = "Do not read payloads: hundreds of times faster.")
    private boolean quick;

    @Option(names = "--json", description = "One JSON object a finding, and one with the sums.")
    private boolean json;

    @Override
    int run(Terminal terminal) throws IOException, CommandException {
        boolean mends = repair && !dryRun;
        VerifyReport report;
        try (Progress progress = new Progress(terminal, "verifying")) {
            report = verify(terminal, new VerifyOptions(!quick, mends), progress::at);
        }
        if (json) {
            printJson(report, terminal.out());
        } else {
            print(report, mends, terminal.out());
        }
        return report.isSound() ? Kvc.DONE : Kvc.PROBLEM;
    }

    private VerifyReport verify(Terminal terminal, VerifyOptions options, VerifyProgress progress)
            throws IOException, CommandException {
        if (location.elsewhere(terminal).isEmpty()) {
            return location.builder(terminal, OpenMode.MANAGE).verify(options, progress);
        }
        try (KvStore store = location.openAny(terminal, OpenMode.MANAGE)) {
            return StoredFilesVerifier.verify(store, options, progress);
        }
    }

    private void print(VerifyReport report, boolean mends, PrintStream out) {
        for (Finding finding : report.findings()) {
            out.println(new Row()
                    .left(kind(finding), 14)
                    .left(finding.file(), 0)
                    .left("(" + finding.detail() + ")" + remedy(finding, mends), 0));
        }
        out.println(Units.count(report.files(), "file") + ", " + Units.size(report.bytes()) + ": " + report.verified()
                + " verified, " + report.unverified() + " in order without checksums, "
                + report.findings().size()
                + " to note" + (quick ? "; payloads were not read" : ""));
        if (!report.isSound() && !repair) {
            out.println("'kvc verify --repair' mends it");
        }
    }

    private static String kind(Finding finding) {
        return finding.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String remedy(Finding finding, boolean mends) {
        if (finding.remedy() == Remedy.NONE) {
            return "";
        }
        String done = finding.remedy() == Remedy.DELETE ? "deleted" : "set aside";
        return ": " + (finding.mended() ? "" : mends ? "could not be " : "is to be ") + done;
    }

    private static void printJson(VerifyReport report, PrintStream out) throws IOException {
        try (Json json = Json.to(out)) {
            JsonGenerator to = json.generator();
            for (Finding finding : report.findings()) {
                to.writeStartObject();
                to.writeStringField("file", finding.file());
                to.writeNumberField("bytes", finding.bytes());
                to.writeStringField("kind", finding.kind().name());
                to.writeStringField("remedy", finding.remedy().name());
                to.writeBooleanField("mended", finding.mended());
                to.writeStringField("detail", finding.detail());
                to.writeEndObject();
            }
            to.writeStartObject();
            to.writeNumberField("files", report.files());
            to.writeNumberField("bytes", report.bytes());
            to.writeNumberField("verified", report.verified());
            to.writeNumberField("unverified", report.unverified());
            to.writeBooleanField("sound", report.isSound());
            to.writeEndObject();
        }
    }
}
