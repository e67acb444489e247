package dev.kvc.cli.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Bytes of prompts on one line of a terminal: nothing that moves the cursor, whatever they hold. */
public final class Texts {
    private Texts() {}

    /** Up to {@code max} bytes from {@code offset}, decoded as UTF-8 and quoted. */
    public static String quote(ByteBuffer text, int offset, int max) {
        int start = Math.max(0, offset);
        int count = Math.max(0, Math.min(max, text.remaining() - start));
        String end = start + count < text.remaining() ? "…" : "";
        return (start > 0 ? "…" : "") + '"' + escape(decode(text.slice(text.position() + start, count))) + '"' + end;
    }

    private static String decode(ByteBuffer bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE)
                    .decode(bytes)
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalStateException("malformed input is replaced", e);
        }
    }

    /** The text with line ends and other control characters written as escapes. */
    public static String escape(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            switch (point) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                default -> {
                    if (isPrintable(point)) {
                        out.appendCodePoint(point);
                    } else {
                        out.append(String.format("\\u{%x}", point));
                    }
                }
            }
        });
        return out.toString();
    }

    private static boolean isPrintable(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
