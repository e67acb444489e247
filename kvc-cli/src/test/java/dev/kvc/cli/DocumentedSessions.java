package dev.kvc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.cli.KvcJar.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs the sessions that a document shows, as they stand; how long ago things were may differ. */
final class DocumentedSessions {
    private static final Pattern SESSION = Pattern.compile("<!-- kvc -->\n```console\n(.*?)```", Pattern.DOTALL);
    private static final Pattern COMMAND = Pattern.compile("(?m)^\\$ kvc (.*)\n((?:(?!\\$ ).*\n)*)");
    private static final Pattern AGE = Pattern.compile(" +\\d+[smhd]\\b");

    private DocumentedSessions() {}

    /** Holds a document to what its commands print. */
    static void assertReal(String document, Supplier<KvcJar> kvc) throws IOException {
        Matcher session = SESSION.matcher(Files.readString(Path.of("..").resolve(document)));
        List<String> shown = new ArrayList<>();
        List<String> real = new ArrayList<>();
        while (session.find()) {
            Matcher command = COMMAND.matcher(session.group(1));
            while (command.find()) {
                shown.add(command.group(1) + "\n" + ageless(command.group(2)));
                Result result = kvc.get().run(command.group(1).split(" +"));
                real.add(command.group(1) + "\n" + ageless(result.out() + result.err()));
            }
        }
        assertThat(shown).isNotEmpty();
        assertThat(real).as(document).containsExactlyElementsOf(shown);
    }

    private static String ageless(String output) {
        return AGE.matcher(output).replaceAll(" #");
    }
}
