package dev.kvc.examples.llama;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The shared library of llama.cpp that the artifact {@code de.kherud:llama} carries, one file for each system, with
 * ggml in it.
 *
 * <p>It is unpacked into a directory that only its owner may enter, loaded, and deleted, which leaves what is mapped.
 * The system's libgomp must be there on Linux. Windows is left out: its library exports the functions of the artifact's
 * Java side and none of llama.h.
 */
final class NativeLibrary {
    private NativeLibrary() {}

    /**
     * Loads it for the rest of the process: its worker threads may outlive whoever asked for it.
     *
     * @throws LlamaException if there is none for this system, or it cannot be loaded
     */
    static SymbolLookup load() {
        String resource = resource(System.getProperty("os.name"), System.getProperty("os.arch"));
        try (InputStream library = ClassLoader.getSystemResourceAsStream(resource)) {
            if (library == null) {
                throw new LlamaException("de.kherud:llama has no " + resource + ", or is not on the class path");
            }
            return load(library, resource.substring(resource.lastIndexOf('/') + 1));
        } catch (IOException e) {
            throw new LlamaException(resource + " cannot be unpacked", e);
        }
    }

    @SuppressWarnings("restricted")
    private static SymbolLookup load(InputStream library, String name) throws IOException {
        Path directory = Files.createTempDirectory("kvc-llama-");
        Path file = directory.resolve(name);
        try {
            Files.copy(library, file);
            return SymbolLookup.libraryLookup(file, Arena.global());
        } catch (IllegalArgumentException e) {
            throw new LlamaException(
                    name + " cannot be loaded; it needs the libraries of GCC, libgomp among them, on Linux", e);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(directory);
        }
    }

    /** Where the artifact keeps the library of a system, both named as Java's properties name them. */
    static String resource(String osName, String osArch) {
        String arch = osArch.equals("amd64") ? "x86_64" : osArch;
        String os = osName.toLowerCase(Locale.ROOT);
        if (os.startsWith("linux")) {
            return "de/kherud/llama/Linux/" + arch + "/libjllama.so";
        } else if (os.startsWith("mac")) {
            return "de/kherud/llama/Mac/" + arch + "/libjllama.dylib";
        }
        throw new LlamaException("there is a library that exports llama.h for Linux and macOS, and none for " + osName);
    }
}
