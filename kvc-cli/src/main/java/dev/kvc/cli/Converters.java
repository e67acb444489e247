package dev.kvc.cli;

import dev.kvc.store.DataSize;
import dev.kvc.store.Settings;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads what options are given, by the rules that settings have. */
final class Converters {
    private Converters() {}

    /** A size such as {@code 8GiB}. */
    static final class Size implements ITypeConverter<DataSize> {
        @Override
        public DataSize convert(String text) {
            try {
                return DataSize.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(Failures.oneLine(e));
            }
        }
    }

    /** A time span such as {@code 30d}. */
    static final class Span implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            Settings settings = new Settings("", Map.of("it", text));
            return settings.duration("it")
                    .orElseThrow(() -> new TypeConversionException(
                            "\"" + text + "\" is no duration such as 90s, 15m, 12h, 30d or PT1H30M"));
        }
    }
}
