package dev.kvc.simulator.page;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * One page that needs nothing but itself. Its Content-Security-Policy allows the style and the script that it was made
 * with, by their hashes, and nothing else: no network, no image, no frame, and no other script, even if markup of
 * somebody else's making got into the body. So the body has no {@code style} attribute and no event handler either.
 *
 * @param title plain text
 * @param style CSS, besides what all pages have
 * @param script JavaScript, besides what all pages have; neither may contain {@code </}
 * @param body markup, in which all that comes from elsewhere is {@linkplain Markup#escaped escaped}
 */
public record Page(String title, String style, String script, String body) {
    /** Checks that style and script cannot end their elements. */
    public Page {
        if (style.contains("</") || script.contains("</")) {
            throw new IllegalArgumentException("style and script of a page must not contain \"</\"");
        }
    }

    /** The file, to be written as UTF-8. */
    public String html() {
        String allStyle = "\n" + common("page.css") + style;
        String allScript = "\n" + common("page.js") + script;
        return """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '%s'; script-src '%s'; \
                base-uri 'none'; form-action 'none'">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="referrer" content="no-referrer">
                <title>%s</title>
                <style>%s</style>
                </head>
                <body>
                <main>
                %s</main>
                <script>%s</script>
                </body>
                </html>
                """.formatted(hash(allStyle), hash(allScript), Markup.escaped(title), allStyle, body, allScript);
    }

    private static String common(String name) {
        return Markup.read(Page.class.getResourceAsStream(name));
    }

    /** As a Content-Security-Policy names an element's content. */
    private static String hash(String content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
