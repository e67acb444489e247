package dev.kvc.simulator;

import static dev.kvc.simulator.Texts.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.simulator.PrefixTree.Node;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The tree against a plain set of strings. */
class PrefixTreeTest {
    private final PrefixTree<String> tree = new PrefixTree<>();
    private final Map<String, Node<String>> nodes = new HashMap<>();

    private static @Nullable String value(@Nullable Node<String> node) {
        return node == null ? null : node.value();
    }

    /** The longest that is stored and begins this text; itself not, if {@code proper}. */
    private @Nullable String longest(String text, boolean proper) {
        for (int end = text.length() - (proper ? 1 : 0); end > 0; end--) {
            if (nodes.containsKey(text.substring(0, end))) {
                return text.substring(0, end);
            }
        }
        return null;
    }

    private void assertIsTheSet(String query) {
        assertThat(value(tree.deepest(text(query)))).as(query).isEqualTo(longest(query, false));
        Map<String, TreeSet<String>> children = new HashMap<>();
        nodes.forEach((text, node) -> {
            assertThat(value(node.ancestor())).as("ancestor of " + text).isEqualTo(longest(text, true));
            children.computeIfAbsent(String.valueOf(longest(text, true)), any -> new TreeSet<>())
                    .add(text);
        });
        nodes.forEach((text, node) -> {
            TreeSet<String> found = new TreeSet<>();
            tree.forEachChild(
                    node,
                    child ->
                            assertThat(found.add(String.valueOf(child.value()))).isTrue());
            assertThat(found).as("children of " + text).isEqualTo(children.getOrDefault(text, new TreeSet<>()));
        });
    }

    @Test
    void treeIsASetOfTextsAfterAnyChanges() {
        long seed = Long.getLong("kvc.seed", System.nanoTime());
        System.out.println("seed: -Dkvc.seed=" + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 3_000; i++) {
            StringBuilder letters = new StringBuilder();
            int length = 1 + random.nextInt(6);
            for (int k = 0; k < length; k++) {
                letters.append((char) ('a' + random.nextInt(2)));
            }
            String text = letters.toString();
            Node<String> node = nodes.remove(text);
            if (node == null) {
                nodes.put(text, tree.insert(text(text), text));
            } else {
                tree.remove(node);
            }
            assertIsTheSet(text + "ab");
        }
    }

    @Test
    void mapKeepsWhatIsLeftWhenEntriesGo() {
        LongMap<Long> map = new LongMap<>();
        Random random = new Random(1);
        Map<Long, Long> model = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            long key = random.nextInt(500) * 0x1_0000_0001L;
            if (random.nextBoolean()) {
                map.put(key, (long) i);
                model.put(key, (long) i);
            } else {
                map.remove(key);
                model.remove(key);
            }
        }
        assertThat(map.size()).isEqualTo(model.size());
        for (long i = 0; i < 500; i++) {
            assertThat(map.get(i * 0x1_0000_0001L)).isEqualTo(model.get(i * 0x1_0000_0001L));
        }
    }
}
