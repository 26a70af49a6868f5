package io.tributary.hub.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.tributary.certificates.CertificateAuthority;
import io.tributary.core.DeskLimits;
import io.tributary.core.IntakeDesk;
import io.tributary.core.TopicRules;
import io.tributary.link.TlsFiles;
import io.tributary.link.TlsIdentity;
import io.tributary.log.FileDisk;
import io.tributary.session.IntakeConfig;
import io.tributary.store.log.LogStore;
import io.tributary.store.log.LogStoreConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What strangers can do to the listener before they have proven anything.
@Timeout(60)
final class MirrorListenerTest {
  private static final int BOUND_MS = 20_000;

  @TempDir private Path directory;

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final List<AutoCloseable> closing = new ArrayList<>();

  @BeforeEach
  void writeCertificates() throws IOException {
    CertificateAuthority.writeAll(directory.resolve("tls"), List.of());
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable part : closing.reversed()) {
      part.close();
    }
    assertTrue(loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).await(BOUND_MS));
  }

  @Test
  void aStrangerThatSaysNothingIsClosedAfterTheHandshakesTime() throws Exception {
    MirrorListener listener = start(new MirrorLimits(100, 100, 200, 200));
    try (Socket silent = dial(listener)) {
      assertEquals(-1, silent.getInputStream().read());
    }
    assertEquals(1, listener.counters().handshakesFailed());
    assertTrue(listener.counters().lastFailure().contains("timed out"));
  }

  @Test
  void aStrangerThatTricklesIsClosedAfterTheHandshakesTime() throws Exception {
    MirrorListener listener = start(new MirrorLimits(100, 100, 300, 200));
    try (Socket slow = dial(listener)) {
      // The head of a TLS record of 512 bytes, and then one byte of it for each look at the clock.
      slow.getOutputStream().write(new byte[] {22, 3, 1, 2, 0});
      assertThrows(
          IOException.class,
          () -> {
            while (true) {
              slow.getOutputStream().write(1);
              slow.setSoTimeout(20);
              try {
                if (slow.getInputStream().read() < 0) {
                  throw new IOException("closed");
                }
              } catch (SocketTimeoutException e) {
                // still open
              }
            }
          });
    }
    assertEquals(1, listener.counters().handshakesFailed());
  }

  @Test
  void aStrangerThatSpeaksNoTlsIsNoBugOfOurs() throws Exception {
    MirrorListener listener = start(new MirrorLimits(100, 100, BOUND_MS, 200));
    try (Socket web = dial(listener)) {
      web.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertTrue(web.getInputStream().readAllBytes().length < 100, "an alert at most");
    }
    assertEquals(1, listener.counters().handshakesFailed());
    assertEquals(0, listener.counters().bugs());
  }

  @Test
  void moreThanTheBoundAreClosedAtOnceAndTheOthersStay() throws Exception {
    MirrorListener listener = start(new MirrorLimits(3, 3, BOUND_MS, 200));
    List<Socket> first = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      first.add(dial(listener));
    }
    try (Socket tooMany = dial(listener)) {
      assertEquals(-1, tooMany.getInputStream().read());
    }
    assertEquals(1, listener.counters().closedAtOnce());
    for (Socket socket : first) {
      socket.setSoTimeout(20);
      assertThrows(SocketTimeoutException.class, () -> socket.getInputStream().read(), "is open");
      socket.close();
    }
  }

  @Test
  void aPortThatIsTakenIsSaidSo() throws Exception {
    MirrorListener listener = start(MirrorLimits.DEFAULT);
    IOException taken =
        assertThrows(
            IOException.class, () -> start(listener.address(), MirrorLimits.DEFAULT).close());
    assertTrue(String.valueOf(taken.getMessage()).contains("in use"), taken.toString());
  }

  @Test
  void plainTcpBeyondLoopbackIsRefusedUnlessAskedFor() {
    InetSocketAddress everywhere = new InetSocketAddress(0);
    assertThrows(
        IllegalArgumentException.class,
        () -> new MirrorConfig(everywhere, null, false, MirrorLimits.DEFAULT));
    assertTrue(new MirrorConfig(everywhere, null, true, MirrorLimits.DEFAULT).insecure());
  }

  private MirrorListener start(MirrorLimits limits) throws Exception {
    return start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), limits);
  }

  private MirrorListener start(InetSocketAddress listen, MirrorLimits limits) throws Exception {
    UUID hubId = UUID.randomUUID();
    LogStore store =
        LogStore.open(
                new FileDisk(directory.resolve("data-" + hubId)),
                LogStoreConfig.of(hubId),
                Clock.systemUTC(),
                UUID::randomUUID)
            .start(bug -> {});
    closing.add(store);
    IntakeDesk desk =
        new IntakeDesk(
            store,
            new TopicRules(List.of(), null),
            IntakeConfig.of(hubId),
            DeskLimits.DEFAULT,
            Clock.systemUTC(),
            System::nanoTime);
    Path tls = directory.resolve("tls");
    TlsIdentity identity =
        TlsIdentity.load(
            new TlsFiles(
                tls.resolve("hub.pem"), tls.resolve("hub-key.pem"), tls.resolve("ca.pem")));
    MirrorListener listener =
        MirrorListener.start(new MirrorConfig(listen, identity, false, limits), desk, loops);
    closing.add(listener);
    return listener;
  }

  private static Socket dial(MirrorListener listener) throws IOException {
    Socket socket = new Socket();
    socket.connect(listener.address());
    socket.setSoTimeout(BOUND_MS);
    return socket;
  }
}
