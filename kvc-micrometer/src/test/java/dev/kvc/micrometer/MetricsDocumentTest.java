package dev.kvc.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kvc.store.MissReason;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.tier.TieredKvStore;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What docs/metrics.md says of meters is what a registry has. */
class MetricsDocumentTest {
    private static final Path DOCUMENT = Path.of("../docs/metrics.md");

    @BeforeEach
    void haveTheDocument() {
        assumeTrue(Files.exists(DOCUMENT), "built without the whole project");
    }

    @Test
    void everyMeterHasItsRow() throws IOException {
        MeterRegistry registry = new SimpleMeterRegistry();
        try (TieredKvStore store = TieredKvStore.of(List.of(Stores.memory(), Stores.memory()))) {
            KvcMetrics.of(store, "any").bindTo(registry);
        }
        List<String> expected = registry.getMeters().stream()
                .map(meter -> row(meter.getId()))
                .distinct()
                .sorted()
                .toList();
        List<String> rows = Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.startsWith("| `cache.") || line.startsWith("| `kvc."))
                .toList();

        assertThat(rows).containsExactlyElementsOf(expected);
    }

    private static String row(Meter.Id id) {
        String tags = id.getTags().stream().map(Tag::getKey).sorted().collect(Collectors.joining(", "));
        return "| `" + id.getName() + "` | "
                + id.getType().name().toLowerCase(Locale.ROOT) + " | "
                + Objects.requireNonNullElse(id.getBaseUnit(), "") + " | " + tags + " | " + id.getDescription() + " |";
    }

    @Test
    void everyValueOfATagIsNamed() throws IOException {
        assertThat(Files.readString(DOCUMENT)).contains(names(MissReason.values()), names(Outcome.values()));
    }

    private static String names(Enum<?>[] constants) {
        return List.of(constants).stream()
                .map(constant -> "`" + MeterTable.tagValue(constant) + "`")
                .collect(Collectors.joining(", "));
    }
}
