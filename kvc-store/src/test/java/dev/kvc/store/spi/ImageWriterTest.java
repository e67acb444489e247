package dev.kvc.store.spi;

import static dev.kvc.store.spi.Images.draft;
import static dev.kvc.store.spi.Images.file;
import static dev.kvc.store.spi.Images.payload;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.store.SnapshotDraft;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images in parts, several of them on their way at once. */
class ImageWriterTest {
    private static final int PART = 1000;

    private final ImageWriter writer = new ImageWriter(PART, 3);

    private static FileImage image(int fileBytes) {
        int others = 52 + Images.TEXT.length() + 44;
        return FileImage.of(draft(payload(fileBytes - others)).build(), 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, PART - 1, PART, PART + 1, 2 * PART, 7 * PART + 1})
    void partsTogetherAreTheFile(int size) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        List<Integer> lengths = new ArrayList<>();
        writer.write(image(size), (index, part) -> {
            assertThat(index).isEqualTo(lengths.size());
            lengths.add(part.remaining());
            Channels.newChannel(all).write(part);
            return completedFuture(index);
        });
        int others = 52 + Images.TEXT.length() + 44;
        assertThat(all.toByteArray())
                .isEqualTo(file(draft(payload(size - others)).build()));
        assertThat(lengths).hasSize((int) writer.parts(size));
        assertThat(lengths.subList(0, lengths.size() - 1)).allMatch(length -> length == PART);
    }

    @Test
    void partsAreCutWhereTheStoreSays() throws IOException {
        List<Integer> lengths = new ArrayList<>();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        writer.write(image(2500), start -> start == 0 ? 80 : start + PART, (index, part) -> {
            lengths.add(part.remaining());
            Channels.newChannel(all).write(part);
            return completedFuture(index);
        });
        assertThat(lengths).containsExactly(80, PART, PART, 420);
        assertThat(all.size()).isEqualTo(2500);
    }

    @Test
    void noMoreAreOnTheirWayThanMayBe() throws IOException {
        List<CompletableFuture<Void>> open = new ArrayList<>();
        AtomicInteger most = new AtomicInteger();
        writer.write(image(20 * PART), (index, part) -> {
            CompletableFuture<Void> sent = new CompletableFuture<>();
            open.add(sent);
            long waiting = open.stream().filter(each -> !each.isDone()).count();
            most.accumulateAndGet((int) waiting, Math::max);
            if (waiting == 3 || index >= 17) {
                open.forEach(each -> each.complete(null));
            }
            return sent;
        });
        assertThat(most.get()).isEqualTo(3);
    }

    /** A buffer on its way is nobody else's: its bytes stand still until it has been sent. */
    @Test
    void partIsNotTouchedBeforeItIsSent() throws IOException {
        List<ByteBuffer> parts = new ArrayList<>();
        List<ByteBuffer> copies = new ArrayList<>();
        List<CompletableFuture<Void>> open = new ArrayList<>();
        writer.write(image(12 * PART), (index, part) -> {
            parts.add(part);
            copies.add(
                    ByteBuffer.allocate(part.remaining()).put(part.duplicate()).flip());
            open.add(new CompletableFuture<>());
            if (open.size() >= 3) {
                int oldest = open.size() - 3;
                assertThat(parts.get(oldest)).isEqualTo(copies.get(oldest));
                open.get(oldest).complete(null);
            }
            if (index == 11) {
                open.forEach(each -> each.complete(null));
            }
            return open.get(index);
        });
        assertThat(parts).hasSize(12);
    }

    @Test
    void partThatFailsEndsTheSaveWhenTheOthersHaveEnded() {
        List<CompletableFuture<Void>> open = new ArrayList<>();
        CountDownLatch begun = new CountDownLatch(3);
        Thread network = new Thread(() -> {
            try {
                begun.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            open.get(0).completeExceptionally(new IOException("no route"));
            open.get(2).complete(null);
            open.get(1).complete(null);
        });
        network.start();
        assertThatThrownBy(() -> writer.write(image(9 * PART), (index, part) -> {
                    open.add(new CompletableFuture<>());
                    begun.countDown();
                    return open.get(index);
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("no route");
        assertThat(open).hasSize(3).allMatch(CompletableFuture::isDone);
    }

    @Test
    void partThatCannotBeBegunEndsTheSave() {
        assertThatThrownBy(() -> writer.write(image(9 * PART), (index, part) -> {
                    if (index == 2) {
                        throw new IOException("refused");
                    }
                    return completedFuture(index);
                }))
                .hasMessage("refused");
    }

    @Test
    void interruptedSaveWaitsForWhatIsOnItsWayAndSaysSo() {
        CompletableFuture<Void> first = new CompletableFuture<>();
        Thread saver = Thread.currentThread();
        AtomicInteger begun = new AtomicInteger();
        assertThatThrownBy(() -> writer.write(image(9 * PART), (index, part) -> {
                    begun.incrementAndGet();
                    if (index == 2) {
                        saver.interrupt();
                        new Thread(() -> completeWhenNoticed(first, saver)).start();
                    }
                    return index == 0 ? first : completedFuture(index);
                }))
                .isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(first).isDone();
        assertThat(begun.get()).isEqualTo(3);
    }

    private static void completeWhenNoticed(CompletableFuture<Void> sent, Thread interrupted) {
        while (interrupted.isInterrupted()) {
            Thread.onSpinWait();
        }
        sent.complete(null);
    }

    @Test
    void sourceThatFailsLeavesNothingOnItsWay() {
        SnapshotDraft failing = SnapshotDraft.builder()
                .text("text")
                .payload(dev.kvc.store.PayloadSource.of(10 * PART, out -> {
                    out.write(ByteBuffer.allocate(2 * PART));
                    throw new IOException("the engine is gone");
                }))
                .build();
        List<CompletableFuture<Integer>> begun = new ArrayList<>();
        assertThatThrownBy(() -> writer.write(FileImage.of(failing, 0), (index, part) -> {
                    begun.add(CompletableFuture.supplyAsync(() -> index));
                    return begun.get(index);
                }))
                .hasMessage("the engine is gone");
        assertThat(begun).hasSize(2).allMatch(CompletableFuture::isDone);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, partBytes", "1, 0, inFlight"})
    void settingsAreNamedInTheirErrors(int part, int inFlight, String name) {
        assertThatThrownBy(() -> new ImageWriter(part, inFlight))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(name + " is 0; it must be 1 or more");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, PART})
    void wholeImageIsSentInOnePiece(int size) throws IOException {
        byte[] sent = writer.whole(image(size), file -> {
            byte[] bytes = new byte[file.remaining()];
            file.get(bytes);
            return bytes;
        });
        int others = 52 + Images.TEXT.length() + 44;
        assertThat(sent).isEqualTo(file(draft(payload(size - others)).build()));
    }

    @Test
    void wholeImageIsNoLongerThanAPart() {
        assertThatThrownBy(() -> writer.whole(image(PART + 1), file -> file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1001");
    }
}
