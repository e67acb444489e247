package dev.kvc.cli;

import dev.kvc.format.KvcKey;
import dev.kvc.format.SaveReason;
import dev.kvc.store.KvStore;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** The cache that the documents show: a system prompt and what two sessions have left. */
final class DocumentedCache {
    private static final String SYSTEM = "You are a coding assistant. Answer briefly.\n";
    private static final String DATED = SYSTEM + "Today is 2026-11-24.\n";
    private static final String QUESTION = DATED + "User: How do I reverse a list in Java?\n";

    private DocumentedCache() {}

    static void fill(KvStore store) throws IOException {
        save(store, DATED, SaveReason.AGENT_SYSTEM, 300 << 10);
        save(store, QUESTION, SaveReason.COLD, 600 << 10);
        save(store, QUESTION + "Assistant: Collections.reverse(list).\n", SaveReason.AGENT_SESSION, 900 << 10);
        save(store, DATED + "User: Explain the visitor pattern.\n", SaveReason.AGENT_SESSION, 700 << 10);
        for (int i = 0; i < 3; i++) {
            store.load(KvcKey.of(DATED)).orElseThrow().close();
        }
        store.load(KvcKey.of(QUESTION)).orElseThrow().close();
    }

    private static void save(KvStore store, String text, SaveReason reason, int payloadBytes) throws IOException {
        byte[] payload = new byte[payloadBytes];
        new Random(payloadBytes).nextBytes(payload);
        store.save(SnapshotDraft.builder()
                .text(text)
                .payload(payload)
                .tokenCount(text.length() / 4)
                .contextSize(32768)
                .quantBits(4)
                .modelId(3)
                .saveReason(reason)
                .build());
    }

    /** Prompts that the documents ask for. */
    static void writePrompts(Path directory) throws IOException {
        Files.writeString(
                directory.resolve("prompt.txt"),
                QUESTION + "Assistant: list.reversed(), since Java 21.\nUser: And before?\n");
        Files.writeString(directory.resolve("today.txt"), QUESTION.replace("11-24", "11-25"));
    }
}
