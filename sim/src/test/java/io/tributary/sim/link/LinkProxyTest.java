package io.tributary.sim.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LinkProxyTest {
  private static final int SHORT_MS = 200;
  private static final int LONG_MS = 10_000;

  private final InetAddress loopback = InetAddress.getLoopbackAddress();
  private ServerSocket echo;
  private LinkProxy proxy;

  @BeforeEach
  void open() throws IOException {
    echo = new ServerSocket(0, 8, loopback);
    ServerSocket server = echo;
    Thread.ofVirtual()
        .start(() -> {
          while (!server.isClosed()) {
            try {
              Socket peer = server.accept();
              Thread.ofVirtual()
                  .start(() -> {
                    try (peer) {
                      peer.getInputStream().transferTo(peer.getOutputStream());
                    } catch (IOException e) {
                      // the proxy has cut it
                    }
                  });
            } catch (IOException e) {
              return;
            }
          }
        });
    proxy =
        new LinkProxy(
            new InetSocketAddress(loopback, 0),
            new InetSocketAddress(loopback, echo.getLocalPort()));
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
    echo.close();
  }

  @Test
  void forwardsBothWays() throws IOException {
    try (Socket socket = dial()) {
      assertEquals('a', roundTrip(socket, 'a'));
    }
  }

  @Test
  void aCutResetsWhatIsOpenAndWhatComesUntilItIsHealed() throws IOException {
    try (Socket socket = dial()) {
      assertEquals('a', roundTrip(socket, 'a'));
      proxy.cut();
      assertThrows(IOException.class, () -> roundTrip(socket, 'b'));
    }
    try (Socket socket = dial()) {
      assertThrows(IOException.class, () -> roundTrip(socket, 'c'));
    }
    proxy.heal();
    try (Socket socket = dial()) {
      assertEquals('d', roundTrip(socket, 'd'));
    }
    assertEquals(1, proxy.cuts());
  }

  @Test
  void aStalledLinkIsSilentAndLosesNothing() throws IOException {
    try (Socket socket = dial()) {
      assertEquals('a', roundTrip(socket, 'a'));
      proxy.stall();
      socket.setSoTimeout(SHORT_MS);
      socket.getOutputStream().write('b');
      assertThrows(SocketTimeoutException.class, () -> socket.getInputStream().read());
      proxy.heal();
      socket.setSoTimeout(LONG_MS);
      assertEquals('b', socket.getInputStream().read());
    }
  }

  private Socket dial() throws IOException {
    Socket socket = new Socket(loopback, proxy.port());
    socket.setSoTimeout(LONG_MS);
    return socket;
  }

  /// -1, the end of the stream, counts as a broken link.
  private static int roundTrip(Socket socket, int octet) throws IOException {
    socket.getOutputStream().write(octet);
    int answer = socket.getInputStream().read();
    if (answer < 0) {
      throw new IOException("closed");
    }
    return answer;
  }
}
