package dev.kvc.cli;

import dev.kvc.simulator.Router;
import dev.kvc.simulator.SizeModel;
import dev.kvc.store.DataSize;
import dev.kvc.store.Settings;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    /** A share of something, above 0, such as {@code 0.1}. */
    static final class Share implements ITypeConverter<Double> {
        private static final double MAX = 100;

        @Override
        public Double convert(String text) {
            try {
                double share = Double.parseDouble(text);
                if (share > 0 && share <= MAX) {
                    return share;
                }
            } catch (NumberFormatException e) {
                // falls through to the one message for whatever is no share
            }
            throw new TypeConversionException("\"" + text + "\" is no number above 0, such as 0.1");
        }
    }

    /** What chooses the engines of a fleet. */
    static final class Routers implements ITypeConverter<Router> {
        @Override
        public Router convert(String text) {
            return Arrays.stream(Router.values())
                    .filter(router -> router.label().equals(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("\"" + text + "\" is none of random and session"));
        }
    }

    /** What snapshots take in a simulation: a name, or {@code FIXED+PERTOKEN}. */
    static final class Sizes implements ITypeConverter<SizeModel> {
        private static final Pattern LINEAR = Pattern.compile("(\\d{1,15})\\+(\\d{1,9})");

        @Override
        public SizeModel convert(String text) {
            Matcher linear = LINEAR.matcher(text);
            if (linear.matches()) {
                return SizeModel.linear(text, Long.parseLong(linear.group(1)), Long.parseLong(linear.group(2)));
            }
            return SizeModel.all().stream()
                    .filter(model -> model.name().equals(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("\"" + text
                            + "\" is none of ds4, proportional, recorded and FIXED+PERTOKEN, such as 1000000+2048"));
        }
    }
}
