package dev.kvc.bench;

/**
 * One round of one side.
 *
 * @param value nanoseconds an operation, or what a gauge found
 * @param allocated bytes of heap that the thread allocated for each operation
 * @param faults minor page faults of the process for each operation
 */
record Sample(double value, double allocated, double faults) {
    String line() {
        return value + " " + allocated + " " + faults;
    }

    static Sample parse(String line) {
        String[] parts = line.split(" ", -1);
        return new Sample(Double.parseDouble(parts[0]), Double.parseDouble(parts[1]), Double.parseDouble(parts[2]));
    }
}
