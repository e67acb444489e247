package dev.kvc.examples.chat;

import dev.kvc.examples.chat.ChatClient.Reply;
import dev.kvc.examples.demo.TemporaryDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Two conversations on one server, in turns, behind {@code ./kvc chat-demo}: it is killed in the midst of an answer and
 * started again, and both go on. Then the same on a server that is not killed, which must say the same.
 */
public final class Drive {
    private static final int RULES = 30;
    private static final int TURNS = 3;
    private static final int MAX_TOKENS = 24;
    private static final String ROW = "%-4s %4s %14s %14s %16s%n";

    private final List<String> options;
    private final PrintStream out;

    /** With options for the server, its directory apart. */
    Drive(List<String> options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    /** A conversation so far. */
    private static final class Conversation {
        private final String who;
        private String text;
        private int turn;

        Conversation(String who) {
            this.who = who;
            StringBuilder instructions = new StringBuilder();
            for (int i = 1; i <= RULES; i++) {
                instructions.append("Rule %d for %s: answer in one sentence, name what you rely on, do not guess.%n"
                        .formatted(i, who));
            }
            this.text = instructions.toString();
        }

        void ask() {
            turn++;
            text += "User: what about the rule before, the " + turn + ". time?\nAssistant:";
        }
    }

    /** Runs it in a directory, and in another one the same without an end; returns whether both said the same. */
    boolean run(Path directory, Path other) throws IOException, InterruptedException {
        out.printf(ROW, "who", "turn", "prompt tokens", "cached tokens", "first token ms");
        List<String> texts = talk(directory, true);
        out.println("the same on a server that is not killed:");
        boolean isSame = texts.equals(talk(other, false));
        out.println(isSame ? "it says the same, word for word" : "it says something else");
        return isSame;
    }

    private List<String> talk(Path directory, boolean killed) throws IOException, InterruptedException {
        Conversation ann = new Conversation("Ann");
        Conversation bob = new Conversation("Bob");
        ServerProcess server = start(directory);
        try {
            for (int turn = 1; turn <= TURNS; turn++) {
                ann.ask();
                answer(server, ann);
                bob.ask();
                if (killed && turn == 2) {
                    killWhileItAnswers(server, bob);
                    server = start(directory);
                }
                answer(server, bob);
            }
            out.printf(
                    Locale.ROOT,
                    "/metrics: %.0f prompts resumed, %.0f tokens saved%s%n",
                    server.client().counter("kvc_engine_resumes_total"),
                    server.client().counter("kvc_engine_tokens_saved_total"),
                    killed ? " since the start" : "");
        } finally {
            server.stop();
        }
        return List.of(ann.text, bob.text);
    }

    private ServerProcess start(Path directory) throws IOException {
        List<String> all = new ArrayList<>(List.of("--dir", directory.toString()));
        all.addAll(options);
        return ServerProcess.start(all);
    }

    private void answer(ServerProcess server, Conversation conversation) throws IOException {
        Reply reply = server.client().complete(conversation.text, MAX_TOKENS);
        conversation.text += reply.text() + "\n";
        out.printf(
                ROW,
                conversation.who,
                conversation.turn,
                reply.promptTokens(),
                reply.cachedTokens(),
                String.format(Locale.ROOT, "%.0f", reply.firstTokenMillis()));
    }

    /** When the prompt has been restored, and is being answered. */
    private void killWhileItAnswers(ServerProcess server, Conversation conversation)
            throws IOException, InterruptedException {
        double before = server.client().counter("kvc_engine_resumes_total");
        var answer = server.client().send(conversation.text, MAX_TOKENS);
        while (server.client().counter("kvc_engine_resumes_total") == before && !answer.isDone()) {
            Thread.onSpinWait();
        }
        server.kill();
        out.println(conversation.who + "'s answer is cut off: the server is killed (SIGKILL), and started again");
    }

    /** The options of the server, {@code --dir} or none: then in directories that are removed. */
    public static void main(String[] args) throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(List.of(args));
        int at = options.indexOf("--dir");
        Path kept = at < 0 || at + 1 == options.size() ? null : Path.of(options.get(at + 1));
        if (kept != null) {
            options.subList(at, at + 2).clear();
        }
        try (TemporaryDirectory scratch = new TemporaryDirectory(Path.of(System.getProperty("java.io.tmpdir")))) {
            Path directory = kept == null ? scratch.path().resolve("one") : kept;
            boolean isSame =
                    new Drive(options, System.out).run(directory, scratch.path().resolve("other"));
            System.out.flush();
            if (!isSame) {
                throw new IOException("a server that was killed says something else than one that was not");
            }
        }
    }
}
