package dev.kvc.bench;

import java.util.Locale;

/** What is measured, and how it reads. */
enum Unit {
    /** Nanoseconds for one operation. */
    NANOS {
        @Override
        String format(double value) {
            if (value < 1e3) {
                return text(value, "ns");
            } else if (value < 1e6) {
                return text(value / 1e3, "us");
            }
            return value < 1e9 ? text(value / 1e6, "ms") : text(value / 1e9, "s");
        }
    },
    /** Bytes. */
    BYTES {
        @Override
        String format(double value) {
            if (value < 10 << 10) {
                return text(value, "B");
            }
            return value < 1 << 20 ? text(value / (1 << 10), "KiB") : text(value / (1 << 20), "MiB");
        }
    },
    /** Operations a second. */
    RATE {
        @Override
        String format(double value) {
            return text(value, "/s");
        }
    },
    /** A number of things. */
    COUNT {
        @Override
        String format(double value) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
    };

    /** Whether it depends on how long something takes. */
    boolean isOfTime() {
        return this == NANOS || this == RATE;
    }

    /** A value with its unit, in three or four digits. */
    abstract String format(double value);

    private static String text(double value, String unit) {
        String pattern = value >= 100 ? "%.0f %s" : value >= 10 ? "%.1f %s" : "%.2f %s";
        return String.format(Locale.ROOT, pattern, value, unit);
    }
}
