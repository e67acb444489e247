package dev.kvc.cli;

import dev.kvc.cli.text.Texts;
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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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

    /** How far a text goes along: all that is kept of each while the others are read. */
    private record Shared(SnapshotInfo snapshot, int bytes) {
        private static final Comparator<Shared> MOST_FIRST =
                Comparator.comparingInt(Shared::bytes).reversed().thenComparing(shared -> shared.snapshot.id());
    }

    /**
     * The stored texts that share most with a prompt, those left out that begin it as a whole. Reads of every text as
     * much as it shares, and a little more.
     */
    static List<Nearest> find(FileSystemKvStore store, ByteBuffer prompt, int count) throws IOException {
        List<Nearest> nearest = new ArrayList<>();
        for (Shared shared : mostShared(store, prompt, count)) {
            try (FileChannel file = open(store, shared.snapshot)) {
                int left = shared.snapshot.textBytes() - shared.bytes;
                nearest.add(new Nearest(
                        shared.snapshot, shared.bytes, read(file, shared.bytes, Math.min(left, SHOWN_BYTES + 1))));
            } catch (NoSuchFileException e) {
                // evicted meanwhile: the others are as near
            }
        }
        return nearest;
    }

    private static List<Shared> mostShared(FileSystemKvStore store, ByteBuffer prompt, int count) throws IOException {
        try (Stream<SnapshotInfo> all = store.list()) {
            return all.parallel()
                    .map(info -> new Shared(info, sharedBytes(store, info, prompt)))
                    .filter(shared -> shared.bytes > 0 && shared.bytes < shared.snapshot.textBytes())
                    .sorted(Shared.MOST_FIRST)
                    .limit(Math.max(0, count))
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static FileChannel open(FileSystemKvStore store, SnapshotInfo info) throws IOException {
        Path path = store.file(info.key())
                .orElseThrow(() -> new NoSuchFileException(info.id().toString()));
        return FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    private static int sharedBytes(FileSystemKvStore store, SnapshotInfo info, ByteBuffer prompt) {
        if (info.textBytes() == 0) {
            return 0;
        }
        try (FileChannel file = open(store, info)) {
            return sharedBytes(file, prompt, Math.min(info.textBytes(), prompt.remaining()));
        } catch (NoSuchFileException | AccessDeniedException e) {
            return 0; // gone since, or not ours to read: then it serves nobody here
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int sharedBytes(FileChannel file, ByteBuffer prompt, int most) throws IOException {
        int shared = 0;
        while (shared < most) {
            int size = Math.min(shared == 0 ? FIRST_READ_BYTES : READ_BYTES, most - shared);
            ByteBuffer block = read(file, shared, size);
            int same = block.mismatch(prompt.slice(prompt.position() + shared, size));
            if (same >= 0) {
                return shared + same; // also where the file has been cut
            }
            shared += size;
        }
        return shared;
    }

    private static ByteBuffer read(FileChannel file, int offset, int count) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(count);
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
