package dev.kvc.cli;

import dev.kvc.format.KvcCodec;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.fs.FileSystemKvStore;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A stored text that a prompt goes along with for a while, and then leaves.
 *
 * @param snapshot whose text it is
 * @param sharedBytes how many bytes both begin with
 * @param continuation what stands in it from there on, a few bytes
 */
record Nearest(SnapshotInfo snapshot, int sharedBytes, ByteBuffer continuation) {
    private static final int FIRST_READ_BYTES = 4 << 10;
    private static final int READ_BYTES = 64 << 10;
    private static final int SHOWN_BYTES = 40;
    private static final Comparator<Nearest> MOST_SHARED =
            Comparator.comparingInt(Nearest::sharedBytes).reversed().thenComparing(near -> near.snapshot.id());

    /**
     * The stored texts that share most with a prompt, those left out that begin it as a whole. Reads of every text as
     * much as it shares, and a little more.
     */
    static List<Nearest> find(FileSystemKvStore store, ByteBuffer prompt, int count) throws IOException {
        try (Stream<SnapshotInfo> all = store.list()) {
            return all.parallel()
                    .filter(info -> info.textBytes() > 0)
                    .map(info -> compare(store, info, prompt))
                    .flatMap(Optional::stream)
                    .sorted(MOST_SHARED)
                    .limit(Math.max(0, count))
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static Optional<Nearest> compare(FileSystemKvStore store, SnapshotInfo info, ByteBuffer prompt) {
        try {
            Optional<Path> path = store.file(info.key());
            return path.isEmpty() ? Optional.empty() : compare(path.get(), info, prompt.duplicate());
        } catch (NoSuchFileException | AccessDeniedException e) {
            return Optional.empty(); // gone since, or not ours to read: then it serves nobody here
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Nearest> compare(Path path, SnapshotInfo info, ByteBuffer prompt) throws IOException {
        try (FileChannel file = FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            int most = Math.min(info.textBytes(), prompt.remaining());
            int shared = 0;
            int size = FIRST_READ_BYTES;
            while (shared < most) {
                ByteBuffer block = read(file, shared, Math.min(size, info.textBytes() - shared));
                int same = block.mismatch(prompt.slice(prompt.position() + shared, Math.min(size, most - shared)));
                if (same >= 0 && same < Math.min(block.remaining(), most - shared)) {
                    return shared + same == 0
                            ? Optional.empty()
                            : Optional.of(new Nearest(
                                    info, shared + same, block.position(same).slice()));
                }
                shared += Math.max(1, Math.min(block.remaining(), most - shared));
                size = READ_BYTES;
            }
            boolean beginsPrompt = info.textBytes() <= prompt.remaining();
            return beginsPrompt
                    ? Optional.empty()
                    : Optional.of(new Nearest(info, shared, read(file, shared, info.textBytes() - shared)));
        }
    }

    private static ByteBuffer read(FileChannel file, int offset, int count) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(Math.min(count, READ_BYTES));
        while (block.hasRemaining() && file.read(block, KvcCodec.FIXED_BYTES + (long) offset + block.position()) > 0) {
            // fills up
        }
        return block.flip();
    }

    /** Which snapshot, and how both go on. */
    void print(ByteBuffer prompt, PrintStream out) {
        out.println("near  " + snapshot.id() + ", " + snapshot.textBytes() + " bytes, "
                + snapshot.header().tokenCount() + " tokens");
        boolean promptEnds = sharedBytes == prompt.remaining();
        out.println("      shares " + sharedBytes + " bytes with the prompt"
                + (promptEnds ? ", which ends there" : ", which leaves it on line " + line(prompt)) + " after "
                + Texts.quote(prompt.slice(prompt.position(), sharedBytes), sharedBytes - SHOWN_BYTES, SHOWN_BYTES));
        if (!promptEnds) {
            out.println("      the prompt goes on " + Texts.quote(rest(prompt), 0, SHOWN_BYTES));
        }
        out.println("      the stored text    " + Texts.quote(continuation, 0, SHOWN_BYTES));
    }

    private ByteBuffer rest(ByteBuffer prompt) {
        return prompt.slice(prompt.position() + sharedBytes, prompt.remaining() - sharedBytes);
    }

    private int line(ByteBuffer prompt) {
        int line = 1;
        for (int i = 0; i < sharedBytes; i++) {
            if (prompt.get(prompt.position() + i) == '\n') {
                line++;
            }
        }
        return line;
    }
}
