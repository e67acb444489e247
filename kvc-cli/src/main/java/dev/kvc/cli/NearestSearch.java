package dev.kvc.cli;

import dev.kvc.format.KvcCodec;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.fs.FileSystemKvStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Looks for the stored texts that share most with a prompt, those left out that begin it as a whole. Once as many are
 * known as are asked for, a text that is no longer than what the last of them shares is not opened, and of another no
 * more is read than shows that it shares less. Safe from any thread.
 */
final class NearestSearch {
    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    private static final int PROBE_BYTES = 64;
    private static final int FIRST_READ_BYTES = 4 << 10;
    private static final int READ_BYTES = 64 << 10;

    private final FileSystemKvStore store;
    private final ByteBuffer prompt;
    private final int count;
    /** The best so far; the last of them is its head. */
    private final PriorityQueue<Shared> best = new PriorityQueue<>(Shared.MOST_FIRST.reversed());
    /** What a text must share to be one of them. */
    private volatile int leastBytes = 1;

    private NearestSearch(FileSystemKvStore store, ByteBuffer prompt, int count) {
        this.store = store;
        this.prompt = prompt;
        this.count = count;
    }

    /** How far a text goes along: all that is kept of each while the others are read. */
    private record Shared(SnapshotInfo snapshot, int bytes) {
        static final Comparator<Shared> MOST_FIRST =
                Comparator.comparingInt(Shared::bytes).reversed().thenComparing(shared -> shared.snapshot.id());
    }

    /** The {@code count} that share most, the nearest first. */
    static List<Nearest> find(FileSystemKvStore store, ByteBuffer prompt, int count) throws IOException {
        if (count <= 0) {
            return List.of();
        }
        NearestSearch search = new NearestSearch(store, prompt, count);
        try (Stream<SnapshotInfo> all = store.list()) {
            all.parallel().forEach(search::consider);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return search.result();
    }

    private void consider(SnapshotInfo snapshot) {
        int least = leastBytes;
        if (snapshot.textBytes() <= least) {
            return;
        }
        try (FileChannel file = open(snapshot)) {
            int shared = sharedBytes(file, Math.min(snapshot.textBytes(), prompt.remaining()), least);
            if (shared >= least && shared < snapshot.textBytes()) {
                take(new Shared(snapshot, shared));
            }
        } catch (NoSuchFileException | AccessDeniedException e) {
            // gone since, or not ours to read: then it serves nobody here
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void take(Shared shared) {
        best.add(shared);
        if (best.size() > count) {
            best.remove();
        }
        if (best.size() == count) {
            leastBytes = best.element().bytes;
        }
    }

    private FileChannel open(SnapshotInfo snapshot) throws IOException {
        Path path = store.file(snapshot.key())
                .orElseThrow(() -> new NoSuchFileException(snapshot.id().toString()));
        return FileChannel.open(path, READ);
    }

    /** How many bytes are shared, up to {@code most}; if fewer than {@code least}, any number of those. */
    private int sharedBytes(FileChannel file, int most, int least) throws IOException {
        if (least > PROBE_BYTES && mismatch(file, least - PROBE_BYTES, PROBE_BYTES) >= 0) {
            return 0;
        }
        int shared = 0;
        while (shared < most) {
            int size = Math.min(shared == 0 ? FIRST_READ_BYTES : READ_BYTES, most - shared);
            int same = mismatch(file, shared, size);
            if (same >= 0) {
                return shared + same;
            }
            shared += size;
        }
        return shared;
    }

    /** How many of {@code count} bytes from {@code offset} are those of the prompt, or -1 if all are. */
    private int mismatch(FileChannel file, int offset, int count) throws IOException {
        return read(file, offset, count).mismatch(prompt.slice(prompt.position() + offset, count));
    }

    /** As many bytes of a text, or fewer where the file has been cut. */
    private static ByteBuffer read(FileChannel file, int offset, int count) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(count);
        while (block.hasRemaining() && file.read(block, KvcCodec.FIXED_BYTES + (long) offset + block.position()) > 0) {
            // fills up
        }
        return block.flip();
    }

    private synchronized List<Nearest> result() throws IOException {
        List<Nearest> nearest = new ArrayList<>();
        for (Shared shared : best.stream().sorted(Shared.MOST_FIRST).toList()) {
            int left = shared.snapshot.textBytes() - shared.bytes;
            try (FileChannel file = open(shared.snapshot)) {
                ByteBuffer continuation = read(file, shared.bytes, Math.min(left, Nearest.SHOWN_BYTES + 1));
                nearest.add(new Nearest(shared.snapshot, shared.bytes, continuation));
            } catch (NoSuchFileException e) {
                // evicted meanwhile: the others are as near
            }
        }
        return nearest;
    }
}
