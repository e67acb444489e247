package dev.kvc.bench;

import java.util.List;
import java.util.stream.DoubleStream;

/**
 * What one side of a scenario came to.
 *
 * @param scenario whose
 * @param side which
 * @param unit of the values
 * @param samples one for each round, in order
 * @param peakBytes the most memory that its process had (VmHWM), mapped files included; 0 if unknown
 * @param anonymousBytes memory that is no file's, at the end (RssAnon); 0 if unknown
 */
record Measured(String scenario, String side, Unit unit, List<Sample> samples, long peakBytes, long anonymousBytes) {
    Measured {
        samples = List.copyOf(samples);
    }

    Stats stats() {
        return Stats.of(samples.stream().mapToDouble(Sample::value).toArray());
    }

    double median() {
        return stats().median();
    }

    /** The least time; the highest rate. */
    double best() {
        DoubleStream values = samples.stream().mapToDouble(Sample::value);
        return (unit == Unit.RATE ? values.max() : values.min()).orElseThrow();
    }

    /** The median of the processor time; of the values where that was not measured. */
    double cpu() {
        double cpu =
                Stats.of(samples.stream().mapToDouble(Sample::cpu).toArray()).median();
        return cpu == 0 ? median() : cpu;
    }

    double allocated() {
        return Stats.of(samples.stream().mapToDouble(Sample::allocated).toArray())
                .median();
    }

    double faults() {
        return Stats.of(samples.stream().mapToDouble(Sample::faults).toArray()).median();
    }
}
