package dev.kvc.bench;

import java.util.stream.Stream;

/**
 * One round of one side.
 *
 * @param value nanoseconds an operation, or what a gauge found
 * @param cpu nanoseconds that the thread had a processor for, for each operation; 0 if it was not measured
 * @param allocated bytes of heap that the thread allocated for each operation
 * @param faults minor page faults of the process for each operation
 */
record Sample(double value, double cpu, double allocated, double faults) {
    String line() {
        return value + " " + cpu + " " + allocated + " " + faults;
    }

    static Sample parse(String line) {
        double[] parts =
                Stream.of(line.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
        return new Sample(parts[0], parts[1], parts[2], parts[3]);
    }
}
