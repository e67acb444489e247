package dev.kvc.store.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextTreeTest {
    private final TextTree<String> tree = new TextTree<>();
    private final Map<String, byte[]> texts = new HashMap<>();
    private final Map<String, TextItem<String>> items = new HashMap<>();
    private final Deque<String> unclear = new ArrayDeque<>();
    /** What somebody knows who is told of the changes alone. */
    private final Map<String, @Nullable String> told = new HashMap<>();

    private final TextTree.Changes<String> changes = new TextTree.Changes<>() {
        @Override
        public void relinked(String name, @Nullable String ancestor) {
            told.put(name, ancestor);
        }

        @Override
        public void unclear(String name) {
            unclear.add(name);
        }
    };

    private static TextBlocks blocks(byte[] text) {
        return TextBlocks.of(ByteBuffer.wrap(text));
    }

    /** A text of blocks that are all one letter; the last one may be shorter. */
    private static byte[] text(String letters, int bytes) {
        byte[] text = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            text[i] = (byte) letters.charAt(i / TextBlocks.BYTES);
        }
        return text;
    }

    private void add(String name, byte[] text) {
        texts.put(name, text);
        TextItem<String> item = tree.add(name, blocks(text));
        items.put(name, item);
        told.put(name, tree.ancestor(item));
        tree.adopt(item, changes);
    }

    private void remove(String name) {
        texts.remove(name);
        told.remove(name);
        tree.remove(items.remove(name), changes);
    }

    private void learnWhatIsUnclear() {
        while (!unclear.isEmpty()) {
            String name = unclear.poll();
            if (items.containsKey(name)) {
                tree.learn(items.get(name), blocks(texts.get(name)), changes);
            }
        }
    }

    private static int common(byte[] one, byte[] other) {
        int end = Arrays.mismatch(one, other);
        return end < 0 ? one.length : end;
    }

    private @Nullable String nearest(byte[] text) {
        return texts.entrySet().stream()
                .filter(each -> each.getValue().length < text.length)
                .filter(each -> common(each.getValue(), text) == each.getValue().length)
                .max(Map.Entry.comparingByValue((a, b) -> Integer.compare(a.length, b.length)))
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    @Test
    void a_text_that_begins_longer_ones_is_their_ancestor_whatever_comes_first() {
        add("long", text("abc", 1500));
        add("short", text("a", 512));
        assertThat(told).containsEntry("long", "short");
        add("middle", text("ab", 1024));
        assertThat(told).containsEntry("long", "middle").containsEntry("middle", "short");
        assertThat(unclear).isEmpty();
    }

    @Test
    void one_that_ends_in_a_block_is_known_to_be_an_ancestor_when_the_longer_is_learnt() {
        add("long", text("abc", 1500));
        add("short", text("ab", 1000));
        assertThat(told).containsEntry("long", null);
        assertThat(unclear).containsExactly("long");
        learnWhatIsUnclear();
        assertThat(told).containsEntry("long", "short");
    }

    @Test
    void a_text_that_parts_from_another_in_its_last_block_is_no_ancestor() {
        byte[] other = text("ab", 1000);
        other[999] = 'x';
        add("other", other);
        add("long", text("abc", 1500));
        assertThat(told).containsEntry("long", null);
    }

    @Test
    void who_loses_its_ancestor_has_the_one_behind() {
        add("a", text("a", 100));
        add("b", text("a", 200));
        add("c", text("a", 300));
        remove("b");
        assertThat(told).containsEntry("c", "a");
        remove("a");
        assertThat(told).containsEntry("c", null);
    }

    @Test
    void a_prompt_shares_whole_blocks_or_as_much_as_a_text_that_ends() {
        add("text", text("abcd", 2048));
        assertThat(tree.shared(blocks(text("abx", 1536)))).isEqualTo(1024);
        assertThat(tree.shared(blocks(text("abcd", 2000)))).isEqualTo(1536);
        assertThat(tree.shared(blocks(text("x", 512)))).isZero();
        add("end", text("abx", 1100));
        assertThat(tree.shared(blocks(text("abx", 1536)))).isEqualTo(1100);
    }

    @Test
    void what_is_removed_leaves_nothing_to_share() {
        add("one", text("abcd", 2048));
        add("two", text("abxy", 2048));
        remove("one");
        assertThat(tree.shared(blocks(text("abcd", 2048)))).isEqualTo(1024);
        remove("two");
        assertThat(tree.shared(blocks(text("abcd", 2048)))).isZero();
    }

    @Test
    void texts_in_a_long_line_each_have_the_one_before() {
        int most = 10_000;
        ByteBuffer zeros = ByteBuffer.allocate(most * TextBlocks.BYTES);
        for (int i = most; i > 0; i -= 100) {
            TextItem<String> item = tree.add(String.valueOf(i), TextBlocks.of(zeros.limit(i * TextBlocks.BYTES)));
            tree.adopt(item, changes);
            assertThat(told.get(String.valueOf(i + 100))).isEqualTo(i == most ? null : String.valueOf(i));
        }
    }

    @Test
    void many_short_texts_at_one_place_are_found_as_few_are() {
        for (int i = 0; i < 1_000; i++) {
            add("short " + i, ("text " + i).getBytes(StandardCharsets.UTF_8));
        }
        unclear.clear();
        add("long", "text 999, and more".getBytes(StandardCharsets.UTF_8));
        assertThat(told).containsEntry("long", "short 999");
        remove("short 999");
        assertThat(told).containsEntry("long", "short 99");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void it_knows_what_comparing_all_texts_would_tell(long seed) {
        Random random = new Random(seed);
        List<String> present = new ArrayList<>();
        for (int step = 0; step < 1_000; step++) {
            if (present.size() < 50 && random.nextInt(5) < 3) {
                byte[] text = randomText(random);
                String name = Arrays.hashCode(text) + " of " + text.length;
                if (!texts.containsKey(name)) {
                    add(name, text);
                    present.add(name);
                }
            } else if (!present.isEmpty()) {
                remove(present.remove(random.nextInt(present.size())));
            }
            learnWhatIsUnclear();
            for (String name : present) {
                assertAncestor(name, seed);
            }
            byte[] prompt = randomText(random);
            assertThat(tree.shared(blocks(prompt))).as("seed %s", seed).isEqualTo(shared(prompt));
        }
    }

    private void assertAncestor(String name, long seed) {
        assertThat(told).as("seed %s", seed).containsEntry(name, tree.ancestor(items.get(name)));
        assertThat(tree.ancestor(items.get(name)))
                .as("seed %s, ancestor of %s", seed, name)
                .isEqualTo(nearest(texts.get(name)));
    }

    private int shared(byte[] prompt) {
        int most = 0;
        for (byte[] text : texts.values()) {
            int common = common(text, prompt);
            boolean ends = common == text.length && common < prompt.length;
            most = Math.max(most, ends ? common : common / TextBlocks.BYTES * TextBlocks.BYTES);
        }
        return most;
    }

    /** Few letters and few lengths, so that many texts begin others, part in a block, or are equal. */
    private static byte[] randomText(Random random) {
        StringBuilder letters = new StringBuilder("a");
        for (int i = random.nextInt(6); i > 0; i--) {
            letters.append((char) ('a' + random.nextInt(2)));
        }
        int[] tails = {0, 0, 1, 7, 511};
        int bytes = letters.length() * TextBlocks.BYTES - tails[random.nextInt(tails.length)];
        byte[] text = text(letters.toString(), bytes);
        if (random.nextInt(4) == 0) {
            text[bytes - 1] = 'x';
        }
        return text;
    }
}
