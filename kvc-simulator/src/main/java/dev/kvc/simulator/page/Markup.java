package dev.kvc.simulator.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What HTML and SVG have in common. */
public final class Markup {
    private Markup() {}

    /** Text as it may stand between tags and in quoted attributes. */
    public static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /**
     * All of a style or script that a module brings along.
     *
     * @param resource as {@link Class#getResourceAsStream} gives it to its own module; is closed
     * @throws IllegalStateException if it is {@code null}: the jar is not whole
     */
    public static String read(@Nullable InputStream resource) {
        if (resource == null) {
            throw new IllegalStateException("a style or script is missing from the jar");
        }
        try (resource) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
