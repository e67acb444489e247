package dev.kvc.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy on the loopback that cuts, holds up and changes what passes, and refuses connections: for tests of stores
 * over a network. What it does is said in bytes, not in time, so that a test needs no sleep.
 *
 * <p>Safe from any thread. Its threads are daemons.
 */
public final class FaultyProxy implements Closeable {
    private static final int PIECE_BYTES = 1 << 16;

    private final InetSocketAddress target;
    private final ServerSocket server;
    private final Thread accepting = daemon("faulty-proxy", this::acceptAll);
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Direction, Rule> rules = new EnumMap<>(Direction.class);
    private final Map<Direction, Long> passed = new EnumMap<>(Direction.class);
    private @Nullable Direction last;
    private int trips;
    private boolean refusing;
    private boolean closed;

    /** Which way bytes go. */
    public enum Direction {
        /** Requests. */
        TO_SERVER,
        /** Answers. */
        FROM_SERVER
    }

    private enum Kind {
        PASS,
        CUT,
        STALL,
        FLIP
    }

    /**
     * What happens to the bytes of a direction.
     *
     * @param at from which byte on, counted over all connections since the proxy was made
     */
    private record Rule(Kind kind, long at) {
        static final Rule PASS = new Rule(Kind.PASS, Long.MAX_VALUE);
    }

    private FaultyProxy(InetSocketAddress target, ServerSocket server) {
        this.target = target;
        this.server = server;
        for (Direction direction : Direction.values()) {
            rules.put(direction, Rule.PASS);
            passed.put(direction, 0L);
        }
    }

    /**
     * A proxy before a server, which passes everything until it is told otherwise.
     *
     * @throws IOException if there is no port to be had
     */
    public static FaultyProxy to(InetSocketAddress server) throws IOException {
        FaultyProxy proxy = new FaultyProxy(server, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        proxy.accepting.start();
        return proxy;
    }

    /** Where clients connect to. */
    public int port() {
        return server.getLocalPort();
    }

    /** How many bytes have passed this way since the proxy was made. */
    public long passed(Direction direction) {
        lock.lock();
        try {
            return of(passed, direction);
        } finally {
            lock.unlock();
        }
    }

    /** How often something was asked after an answer had come, over all connections since the proxy was made. */
    public int trips() {
        lock.lock();
        try {
            return trips;
        } finally {
            lock.unlock();
        }
    }

    /** Closes every connection through which more than so many bytes, from now on and over all of them, would pass. */
    public void cutAfter(Direction direction, long bytes) {
        set(direction, Kind.CUT, bytes);
    }

    /** Holds up everything that comes after so many bytes, until it is told otherwise. */
    public void stallAfter(Direction direction, long bytes) {
        set(direction, Kind.STALL, bytes);
    }

    /** Changes one bit of the byte that comes after so many bytes, and passes everything after that. */
    public void flipAfter(Direction direction, long bytes) {
        set(direction, Kind.FLIP, bytes);
    }

    private void set(Direction direction, Kind kind, long bytes) {
        lock.lock();
        try {
            rules.put(direction, new Rule(kind, of(passed, direction) + bytes));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Closes every connection, and each new one at once. */
    public void refuse() {
        refuseNew();
        disconnect();
    }

    /** Closes each new connection at once. Those that are there stay. */
    public void refuseNew() {
        lock.lock();
        try {
            refusing = true;
        } finally {
            lock.unlock();
        }
    }

    /** Passes everything of a direction from now on; new connections are refused as before. */
    public void pass(Direction direction) {
        set(direction, Kind.PASS, 0);
    }

    /** Closes every connection. New ones are taken. */
    public void disconnect() {
        sockets.forEach(FaultyProxy::close);
    }

    /** Passes everything from now on, also what has been held up. */
    public void pass() {
        lock.lock();
        try {
            refusing = false;
            rules.replaceAll((direction, rule) -> Rule.PASS);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until bytes are held up this way. */
    public void awaitStalled(Direction direction) throws InterruptedException {
        lock.lock();
        try {
            while (of(rules, direction).kind != Kind.STALL || of(passed, direction) < of(rules, direction).at) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private static <T> T of(Map<Direction, T> map, Direction direction) {
        return java.util.Objects.requireNonNull(map.get(direction));
    }

    private static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                connect(server.accept());
            } catch (IOException e) {
                // The server behind is gone, or this is closed: the client sees its connection end.
            }
        }
    }

    private void connect(Socket client) throws IOException {
        sockets.add(client);
        if (isRefusing()) {
            close(client);
            return;
        }
        Socket behind = new Socket();
        sockets.add(behind);
        try {
            behind.connect(target);
            behind.setTcpNoDelay(true);
            client.setTcpNoDelay(true);
        } catch (IOException e) {
            close(client);
            throw e;
        }
        daemon("faulty-proxy-to", () -> pump(Direction.TO_SERVER, client, behind))
                .start();
        daemon("faulty-proxy-from", () -> pump(Direction.FROM_SERVER, behind, client))
                .start();
    }

    private boolean isRefusing() {
        lock.lock();
        try {
            return refusing || closed;
        } finally {
            lock.unlock();
        }
    }

    private void pump(Direction direction, Socket from, Socket to) {
        byte[] piece = new byte[PIECE_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int count = in.read(piece);
            while (count >= 0) {
                pass(direction, piece, count, out);
                count = in.read(piece);
            }
        } catch (IOException e) {
            // Cut: by us, by either end, or because this is closed.
        } finally {
            close(from);
            close(to);
        }
    }

    private void pass(Direction direction, byte[] piece, int count, OutputStream out) throws IOException {
        int done = 0;
        while (done < count) {
            int step = admit(direction, piece, done, count);
            out.write(piece, done, step);
            done += step;
        }
    }

    /** How many of the bytes may pass now, at least one. */
    private int admit(Direction direction, byte[] piece, int from, int end) throws IOException {
        lock.lock();
        try {
            while (true) {
                Rule rule = of(rules, direction);
                long left = rule.at - of(passed, direction);
                if (closed || (rule.kind == Kind.CUT && left <= 0)) {
                    throw new IOException("cut");
                } else if (rule.kind == Kind.STALL && left <= 0) {
                    changed.awaitUninterruptibly();
                    continue;
                } else if (rule.kind == Kind.FLIP && left < end - from) {
                    piece[from + (int) left] ^= 1;
                    rules.put(direction, Rule.PASS);
                    continue;
                }
                int step = rule.kind == Kind.PASS ? end - from : (int) Math.min(end - from, left);
                passed.merge(direction, (long) step, Long::sum);
                if (direction == Direction.TO_SERVER && last != direction) {
                    trips++;
                }
                last = direction;
                changed.signalAll();
                return step;
            }
        } finally {
            lock.unlock();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed for us; what the other end makes of it is its own affair.
        }
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        server.close();
        disconnect();
        try {
            accepting.join(); // while it waits in the kernel, connections are still taken there
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
