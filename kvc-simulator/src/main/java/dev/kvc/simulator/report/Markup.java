package dev.kvc.simulator.report;

/** What HTML and SVG have in common. */
final class Markup {
    private Markup() {}

    /** Text as it may stand between tags and in quoted attributes. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
