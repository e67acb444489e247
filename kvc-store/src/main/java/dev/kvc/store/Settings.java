package dev.kvc.store;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Settings as text, from a URI's query or a properties file, read with their types. What is wrong with them is
 * collected and reported together by {@link #requireValid}, each problem with the setting, the value and the rule.
 *
 * <p>For use by one thread.
 */
public final class Settings {
    private static final String DURATION_RULE = "a duration such as 90s, 15m, 12h, 30d or PT1H30M";
    private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");

    private final String source;
    private final Map<String, String> values;
    private final TreeSet<String> known = new TreeSet<>();
    private final List<String> problems = new ArrayList<>();

    /**
     * Settings from a map.
     *
     * @param source where they come from, for messages
     * @param values name to text; copied
     */
    public Settings(String source, Map<String, String> values) {
        this.source = source;
        this.values = new TreeMap<>(values);
    }

    /** The text of a setting. */
    public Optional<String> text(String name) {
        return read(name, "text that is not empty", value -> value.isBlank() ? null : value);
    }

    /** A size such as {@code 512MiB}. */
    public Optional<DataSize> size(String name) {
        return read(name, "a size such as 512MiB or 8GiB", DataSize::parse);
    }

    /** A duration such as {@code 90s}, {@code 15m}, {@code 12h}, {@code 30d} or ISO-8601. */
    public Optional<Duration> duration(String name) {
        return read(name, DURATION_RULE, Settings::parseDuration);
    }

    /** A {@link #duration} that is longer than 0. */
    public Optional<Duration> durationAboveZero(String name) {
        return read(name, DURATION_RULE + ", above 0", text -> {
            Duration duration = parseDuration(text);
            return duration == null || duration.isZero() ? null : duration;
        });
    }

    /** {@code true} or {@code false}. */
    public Optional<Boolean> flag(String name) {
        return read(name, "true or false", value -> switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> null;
        });
    }

    /** A number between two bounds, both included. */
    public Optional<Double> number(String name, double min, double max) {
        return read(name, "a number from " + min + " to " + max, value -> {
            double number = Double.parseDouble(value);
            return number >= min && number <= max ? number : null;
        });
    }

    /** A whole number between two bounds, both included. */
    public Optional<Long> count(String name, long min, long max) {
        return read(name, "a whole number from " + min + " to " + max, value -> {
            long count = Long.parseLong(value);
            return count >= min && count <= max ? count : null;
        });
    }

    /** A constant of an enum, written in lower case with {@code -} for {@code _}. */
    public <E extends Enum<E>> Optional<E> oneOf(String name, Class<E> type) {
        List<E> constants = Arrays.asList(type.getEnumConstants());
        List<String> names = constants.stream().map(Settings::nameOf).toList();
        return read(name, "one of " + String.join(", ", names), value -> {
            int at = names.indexOf(value);
            return at < 0 ? null : constants.get(at);
        });
    }

    /**
     * Reads one setting.
     *
     * @param rule what its text must be, for the message
     * @param parser gives {@code null} or throws {@code IllegalArgumentException} for text that breaks the rule
     * @return the value; empty if the setting is not there or breaks the rule, which is then a problem
     */
    public <T> Optional<T> read(String name, String rule, Function<String, @Nullable T> parser) {
        known.add(name);
        String text = values.get(name);
        if (text == null) {
            return Optional.empty();
        }
        try {
            @Nullable T value = parser.apply(text.strip());
            if (value != null) {
                return Optional.of(value);
            }
            problems.add(name + " is \"" + text + "\"; it must be " + rule);
        } catch (IllegalArgumentException e) {
            problems.add(name + " is \"" + text + "\"; it must be " + rule + " (" + e.getMessage() + ")");
        }
        return Optional.empty();
    }

    /** Adds a problem that only the reader of the settings can see. */
    public void problem(String message) {
        problems.add(message);
    }

    /** Everything that is wrong so far, settings that nobody has read included. */
    public List<String> problems() {
        List<String> all = new ArrayList<>(problems);
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                all.add("there is no setting " + name + "; there are " + String.join(", ", known));
            }
        }
        return all;
    }

    /**
     * Ends the reading.
     *
     * @throws IllegalArgumentException if anything is wrong, naming every problem
     */
    public void requireValid() {
        List<String> all = problems();
        if (!all.isEmpty()) {
            throw new IllegalArgumentException(source + ": " + String.join("; ", all));
        }
    }

    private static String nameOf(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static @Nullable Duration parseDuration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            try {
                Duration duration = Duration.parse(text);
                return duration.isNegative() ? null : duration;
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }
}
