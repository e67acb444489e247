package dev.kvc.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.testkit.FaultyProxy.Direction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The proxy in front of a server that says back what it is told. */
class FaultyProxyTest {
    private ServerSocket echo;
    private FaultyProxy proxy;

    @BeforeEach
    void start() throws IOException {
        echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::echoAll);
        thread.setDaemon(true);
        thread.start();
        proxy = FaultyProxy.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), echo.getLocalPort()));
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        echo.close();
    }

    private void echoAll() {
        while (!echo.isClosed()) {
            try (Socket socket = echo.accept()) {
                socket.getInputStream().transferTo(socket.getOutputStream());
            } catch (IOException e) {
                // The next connection may do.
            }
        }
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    }

    private static byte[] say(Socket socket, int... bytes) throws IOException {
        byte[] said = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            said[i] = (byte) bytes[i];
        }
        socket.getOutputStream().write(said);
        return socket.getInputStream().readNBytes(said.length);
    }

    @Test
    void everythingPassesAtFirst() throws IOException {
        try (Socket socket = connect()) {
            assertThat(say(socket, 1, 2, 3)).containsExactly(1, 2, 3);
            assertThat(proxy.passed(Direction.TO_SERVER)).isEqualTo(3);
            assertThat(proxy.passed(Direction.FROM_SERVER)).isEqualTo(3);
        }
    }

    @Test
    void connectionIsCutAtTheByte() throws IOException {
        proxy.cutAfter(Direction.FROM_SERVER, 2);
        try (Socket socket = connect()) {
            assertThat(say(socket, 1, 2, 3)).containsExactly(1, 2);
        }
        proxy.pass();
        try (Socket socket = connect()) {
            assertThat(say(socket, 4)).containsExactly(4);
        }
    }

    @Test
    void oneBitIsChanged() throws IOException {
        proxy.flipAfter(Direction.TO_SERVER, 1);
        try (Socket socket = connect()) {
            assertThat(say(socket, 4, 4, 4, 4)).containsExactly(4, 5, 4, 4);
            assertThat(say(socket, 4)).containsExactly(4);
        }
    }

    @Test
    void bytesAreHeldUpUntilTheyMayPass() throws Exception {
        proxy.stallAfter(Direction.FROM_SERVER, 1);
        try (Socket socket = connect()) {
            CompletableFuture<byte[]> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return say(socket, 1, 2, 3);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            proxy.awaitStalled(Direction.FROM_SERVER);
            assertThat(answer).isNotDone();
            assertThat(proxy.passed(Direction.FROM_SERVER)).isEqualTo(1);
            proxy.pass();
            assertThat(answer.get()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void refusedConnectionsEnd() throws IOException {
        try (Socket open = connect()) {
            assertThat(say(open, 1)).containsExactly(1);
            proxy.refuse();
            assertEnds(open);
        }
        try (Socket socket = connect()) {
            assertEnds(socket);
        }
        proxy.pass();
        try (Socket socket = connect()) {
            assertThat(say(socket, 1)).containsExactly(1);
        }
    }

    private static void assertEnds(Socket socket) {
        try {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        } catch (IOException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
    }

    @Test
    void closedProxyTakesNobody() throws IOException {
        proxy.close();
        assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
    }
}
