package dev.kvc.store.internal.jfr;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** A recording of KVC's events and no others. */
final class Flight implements AutoCloseable {
    private static final List<String> NAMES =
            List.of("dev.kvc.Load", "dev.kvc.Save", "dev.kvc.Evict", "dev.kvc.SetAside", "dev.kvc.Rescan");

    private final Recording recording = new Recording();
    private final Path file;

    /** Begins to record. */
    Flight(Path directory) {
        file = directory.resolve("flight.jfr");
        NAMES.forEach(recording::enable);
        recording.start();
    }

    /** Where {@link #land} leaves what was recorded. */
    Path file() {
        return file;
    }

    /** Ends the recording; gives its events in the order in which they began. */
    List<RecordedEvent> land() throws IOException {
        recording.stop();
        recording.dump(file);
        List<RecordedEvent> events = new ArrayList<>(RecordingFile.readAllEvents(file));
        events.sort(Comparator.comparing(RecordedEvent::getStartTime));
        return events;
    }

    /** The same of one kind, such as {@code Load}. */
    List<RecordedEvent> land(String kind) throws IOException {
        return land().stream()
                .filter(event -> event.getEventType().getName().equals("dev.kvc." + kind))
                .toList();
    }

    @Override
    public void close() {
        recording.close();
    }
}
