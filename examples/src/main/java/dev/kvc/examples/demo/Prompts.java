package dev.kvc.examples.demo;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The prompts that the demo computes: its own, or a file's. */
final class Prompts {
    private static final String SEPARATOR = "---";

    private Prompts() {}

    /**
     * The demo's own: an agent's system prompt with a question, the same with another question, the first conversation
     * one turn later, and one that has nothing to do with them.
     */
    static List<byte[]> builtIn() throws IOException {
        String system = resource("system.txt");
        String question = system + resource("question.txt");
        return List.of(
                bytes(question),
                bytes(system + resource("other-question.txt")),
                bytes(question + resource("answer.txt")),
                bytes(resource("unrelated.txt")));
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Prompts.class.getResourceAsStream("/prompts/" + name)) {
            if (in == null) {
                throw new FileNotFoundException("resource /prompts/" + name + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /**
     * Reads the user's own: UTF-8, separated by lines of exactly {@code ---}. A prompt ends before the line break that
     * the separator or the end of the file follows, so that a longer one can begin with all of it. Empty ones are left
     * out.
     */
    static List<byte[]> read(Path file) throws UsageException {
        List<byte[]> prompts = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (String line : lines(file)) {
            if (line.equals(SEPARATOR) || line.equals(SEPARATOR + "\r")) {
                addPrompt(lines, prompts);
                lines.clear();
            } else {
                lines.add(line);
            }
        }
        addPrompt(lines, prompts);
        if (prompts.isEmpty()) {
            throw new UsageException("--prompts '" + file + "' has no prompt; it must hold at least one byte of text");
        }
        return prompts;
    }

    private static List<String> lines(Path file) throws UsageException {
        if (!Files.isRegularFile(file)) {
            String found = Files.exists(file) ? "is not a file" : "does not exist";
            throw new UsageException("--prompts '" + file + "' " + found + "; it must be a text file");
        }
        try {
            String text = Files.readString(file);
            return List.of((text.endsWith("\n") ? text.substring(0, text.length() - 1) : text).split("\n", -1));
        } catch (CharacterCodingException e) {
            throw new UsageException("--prompts '" + file + "' is not UTF-8 (" + e + "); it must be");
        } catch (IOException e) {
            throw new UsageException("--prompts '" + file + "' cannot be read: " + e);
        }
    }

    private static void addPrompt(List<String> lines, List<byte[]> prompts) {
        String prompt = String.join("\n", lines);
        if (!prompt.isBlank()) {
            prompts.add(bytes(prompt));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
