package dev.kvc.store.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlotTableTest {
    private record Value(long key) implements SlotTable.Keyed {}

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 50, 10_000})
    void it_holds_what_a_map_would(int keys) {
        Random random = new Random(keys);
        SlotTable<Value> table = new SlotTable<>();
        Map<Long, Value> map = new HashMap<>();
        for (int step = 0; step < 20_000; step++) {
            Value value = new Value(random.nextInt(keys) * 1024L); // keys whose low bits are the same
            if (random.nextBoolean()) {
                table.put(value);
                map.put(value.key(), value);
            } else if (map.remove(value.key()) != null) {
                table.remove(value.key());
            }
            assertThat(table.size()).isEqualTo(map.size());
            assertThat(table.get(value.key())).isSameAs(map.get(value.key()));
        }
        Set<Value> all = new HashSet<>();
        table.forEach(all::add);
        assertThat(all).containsExactlyInAnyOrderElementsOf(map.values());
        map.forEach((key, value) -> assertThat(table.get(key)).isSameAs(value));
    }
}
