package dev.kvc.store.internal.jfr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.ValueDescriptor;
import org.junit.jupiter.api.Test;

/** What docs/metrics.md says of events is what they say of themselves. */
class EventsDocumentTest {
    private static final Path DOCUMENT = Path.of("../docs/metrics.md");
    private static final List<Class<? extends Event>> EVENTS =
            List.of(LoadEvent.class, SaveEvent.class, EvictEvent.class, SetAsideEvent.class, RescanEvent.class);
    private static final List<String> OF_EVERY_EVENT = List.of("startTime", "duration", "eventThread", "stackTrace");

    @Test
    void everyFieldHasItsRow() throws IOException {
        assumeTrue(Files.exists(DOCUMENT), "built without the whole project");
        List<String> rows = Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.startsWith("| `dev.kvc."))
                .toList();

        assertThat(rows)
                .containsExactlyElementsOf(
                        EVENTS.stream().flatMap(EventsDocumentTest::rows).toList());
    }

    private static Stream<String> rows(Class<? extends Event> event) {
        EventType type = EventType.getEventType(event);
        String name = "| `" + type.getName() + "` | ";
        Stream<String> fields = type.getFields().stream()
                .filter(field -> !OF_EVERY_EVENT.contains(field.getName()))
                .sorted(Comparator.comparing(ValueDescriptor::getName))
                .map(field -> name + field.getName() + " | " + unit(field) + " | " + field.getDescription() + " |");
        return Stream.concat(Stream.of(name + "| | " + type.getDescription() + " |"), fields);
    }

    private static String unit(ValueDescriptor field) {
        return field.getAnnotation(DataAmount.class) == null ? "" : "bytes";
    }

    @Test
    void everyEventIsLabelledAndInOneCategory() {
        for (Class<? extends Event> event : EVENTS) {
            EventType type = EventType.getEventType(event);
            assertThat(type.getName()).startsWith("dev.kvc.");
            assertThat(type.getLabel()).isNotBlank();
            assertThat(type.getCategoryNames()).containsExactly("KVC");
            assertThat(type.getFields())
                    .filteredOn(field -> !OF_EVERY_EVENT.contains(field.getName()))
                    .allSatisfy(field -> assertThat(field.getLabel()).isNotBlank());
        }
    }
}
