package dev.kvc.examples.llama;

import dev.kvc.examples.demo.Handover;
import dev.kvc.store.KvStore;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a process needs to know to compute.
 *
 * @param directory of prompts and snapshots
 * @param model the GGUF file
 * @param weights its checksum
 * @param settings of the context
 */
record Job(Path directory, Path model, String weights, ContextSettings settings) {
    Handover handover() {
        return new Handover(directory);
    }

    /** A prompt in tokens, cut at the context size. */
    int[] tokenize(LlamaModel llama, byte[] prompt) {
        int[] tokens = llama.tokenize(prompt);
        return tokens.length <= settings.contextSize() ? tokens : Arrays.copyOf(tokens, settings.contextSize());
    }

    LlamaEngine engine(LlamaModel llama, KvStore store) {
        return new LlamaEngine(llama, weights, settings, store);
    }

    /**
     * Starts a process on the same Java and class path that runs {@link LlamaProgram} with {@code option} and this job;
     * its errors go where its output goes.
     */
    Process start(String option) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-cp");
        command.add(classPath());
        command.add(LlamaProgram.class.getName());
        command.add(option);
        command.add(directory.toString());
        command.add(model.toString());
        command.add(weights);
        command.add(Integer.toString(settings.contextSize()));
        command.add(Integer.toString(settings.batchTokens()));
        command.add(Integer.toString(settings.threads()));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** Of this process, whether its classes came from a class path or, as in tests, from a module path. */
    private static String classPath() {
        return System.getProperty("java.class.path") + File.pathSeparator + System.getProperty("jdk.module.path", "");
    }

    /** What {@link #start} has put into the arguments behind the option. */
    static Job of(String[] args) {
        ContextSettings settings =
                new ContextSettings(Integer.parseInt(args[4]), Integer.parseInt(args[5]), Integer.parseInt(args[6]));
        return new Job(Path.of(args[1]), Path.of(args[2]), args[3], settings);
    }
}
