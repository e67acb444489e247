package dev.kvc.examples.demo;

import dev.kvc.store.DataSize;
import dev.kvc.store.StoreListener;
import dev.kvc.store.fs.FileSystemKvStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the first process leaves for the second: a directory with the prompts, a file each, and the store.
 *
 * @param directory holds both
 */
public record Handover(Path directory) {
    private static final DataSize BUDGET = DataSize.ofGibibytes(4);

    /** Opens the store, which the caller closes. */
    public FileSystemKvStore openStore(StoreListener... listeners) throws IOException {
        return FileSystemKvStore.builder(directory.resolve("store"))
                .budget(BUDGET)
                .listeners(List.of(listeners))
                .open();
    }

    /** Keeps them for the second. */
    public void writePrompts(List<byte[]> prompts) throws IOException {
        for (int i = 0; i < prompts.size(); i++) {
            Files.write(prompt(i), prompts.get(i));
        }
    }

    /** What was kept. */
    public List<byte[]> readPrompts() throws IOException {
        List<byte[]> prompts = new ArrayList<>();
        for (int i = 0; Files.exists(prompt(i)); i++) {
            prompts.add(Files.readAllBytes(prompt(i)));
        }
        return prompts;
    }

    private Path prompt(int i) {
        return directory.resolve("prompt-" + i);
    }
}
