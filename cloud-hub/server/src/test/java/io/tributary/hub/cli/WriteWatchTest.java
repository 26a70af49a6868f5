package io.tributary.hub.cli;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.settings.HostAndPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A hub that is there and reads nothing.
@Timeout(60)
final class WriteWatchTest {
  private static final int ANSWER_MS = 200;

  /// More than the kernel keeps for both sides.
  private static final byte[] LARGE = new byte[32 * 1024 * 1024];

  @Test
  void aWriteToAFrozenHubEnds() throws Exception {
    try (ServerSocket frozen = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        BrokerConnection connection =
            new BrokerConnection(
                new HostAndPort("127.0.0.1", frozen.getLocalPort()), null, ANSWER_MS)) {
      IOException ended =
          assertThrows(
              IOException.class,
              () -> connection.send((short) 0, (short) 3, out -> out.write(LARGE)));
      assertTrue(ended.getMessage().contains("takes nothing more, for 200 ms"), ended::toString);
    }
  }
}
