package dev.kvc.examples;

import com.google.inject.Guice;
import com.google.inject.Inject;
import com.google.inject.Injector;
import com.google.inject.name.Named;
import dev.kvc.guice.KvcCaches;
import dev.kvc.guice.KvcModule;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Two caches in one application, wired by Guice: one configured from code, one from properties as an operator writes
 * them. A service has both injected by name; {@link KvcCaches} closes them where the application stops.
 *
 * <p>System prompts are few, and asked for by every conversation: memory in front of a directory. Sessions are many,
 * and each is asked for by one user: a directory alone, under another eviction policy. Neither can push the other out.
 *
 * <p>To run it:
 *
 * <pre>{@code
 * java -cp examples/target/classes:$(cat examples/target/class-path) dev.kvc.examples.GuiceCaches [directory]
 * }</pre>
 */
public final class GuiceCaches {
    private GuiceCaches() {}

    /** Runs the example in a directory, a temporary one by default. */
    public static void main(String[] args) throws IOException {
        try (WorkDirectory directory = WorkDirectory.of(args)) {
            run(directory.path(), System.out);
        }
    }

    static void run(Path directory, PrintStream out) throws IOException {
        Properties settings = new Properties();
        settings.setProperty(
                "kvc.cache.sessions.disk.dir", directory.resolve("sessions").toString());
        settings.setProperty("kvc.cache.sessions.disk.budget", "1GiB");
        settings.setProperty("kvc.cache.sessions.policy", "ds4");

        Injector injector = Guice.createInjector(KvcModule.builder()
                .cache(
                        "system",
                        cache -> cache.memory(DataSize.ofMebibytes(16))
                                .disk(directory.resolve("system"), DataSize.ofMebibytes(64)))
                .properties(settings)
                .build());
        try (KvcCaches caches = injector.getInstance(KvcCaches.class)) {
            out.println("caches: " + String.join(", ", caches.names()));
            Assistant assistant = injector.getInstance(Assistant.class);
            out.println(assistant.answer("What is a prefix?"));
            out.println(assistant.answer("What is a budget?"));
            out.println(assistant.answer("What is a prefix? And what is a prompt?"));
        }
    }

    /** The service: it knows two stores and nothing of directories, budgets or Guice modules. */
    static final class Assistant {
        private static final String SYSTEM = "You are a helpful assistant. ";

        private final KvStore system;
        private final KvStore sessions;

        @Inject
        Assistant(@Named("system") KvStore system, @Named("sessions") KvStore sessions) {
            this.system = system;
            this.sessions = sessions;
        }

        /** Says what could be resumed, and saves what the next answer may resume from. */
        String answer(String question) throws IOException {
            String prompt = SYSTEM + question;
            int fromSessions = storedBeginning(sessions, prompt);
            int fromSystem = fromSessions > 0 ? 0 : storedBeginning(system, prompt);
            save(system, SYSTEM);
            save(sessions, prompt);
            return String.format(
                    "%s %d bytes from sessions, %d from system, %d to prefill",
                    question, fromSessions, fromSystem, prompt.length() - fromSessions - fromSystem);
        }

        private static int storedBeginning(KvStore cache, String prompt) throws IOException {
            try (Snapshot found =
                    cache.loadLongestPrefix(PrefixQuery.of(prompt)).orElse(null)) {
                return found == null ? 0 : found.info().textBytes();
            }
        }

        private static void save(KvStore cache, String text) throws IOException {
            SnapshotDraft draft = SnapshotDraft.builder()
                    .text(text)
                    .payload(new byte[16 * text.length()])
                    .build();
            cache.save(draft.textKey(), draft, SaveOptions.IF_ABSENT);
        }
    }
}
