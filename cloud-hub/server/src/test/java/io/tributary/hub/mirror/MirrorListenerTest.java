package io.tributary.hub.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.tributary.certificates.CertificateAuthority;
import io.tributary.certificates.Issued;
import io.tributary.certificates.KeyKind;
import io.tributary.core.DeskLimits;
import io.tributary.core.IntakeDesk;
import io.tributary.core.TopicRules;
import io.tributary.link.TlsFiles;
import io.tributary.link.TlsIdentity;
import io.tributary.log.FileDisk;
import io.tributary.session.IntakeConfig;
import io.tributary.session.frame.FrameCodec;
import io.tributary.session.frame.Ping;
import io.tributary.store.log.LogStore;
import io.tributary.store.log.LogStoreConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What strangers can do to the listener before they have proven anything.
@Timeout(60)
final class MirrorListenerTest {
  private static final int BOUND_MS = 20_000;

  @TempDir private Path directory;

  private final CertificateAuthority authority = CertificateAuthority.create("ours");

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

  /// BoringSSL, where it serves, knows some kinds of keys only; an edge may have to dial twice for the others.
  @ParameterizedTest
  @EnumSource(KeyKind.class)
  void anEdgeWithAnyKindOfKeyIsLetIn(KeyKind kind) throws Exception {
    TlsIdentity edge = identity("edge", authority.edge("press-7", kind));
    for (KeyKind hubsKind : KeyKind.values()) {
      MirrorListener listener = start(identity("hub-" + hubsKind, hub(hubsKind)));
      if (!isLetIn(listener, edge)) {
        assertEquals(1, listener.counters().handshakesFailed());
        assertTrue(listener.counters().lastFailure().contains("no certificate"));
        assertTrue(isLetIn(listener, edge), listener.counters().lastFailure());
      }
    }
  }

  @Test
  void anEdgeOfAnotherAuthorityIsNotLetIn() throws Exception {
    CertificateAuthority stranger = CertificateAuthority.create("not ours");
    TlsIdentity edge = identity("stranger", stranger.edge("press-7", KeyKind.EC));
    MirrorListener listener = start(identity("hub", hub(KeyKind.EC)));
    for (int dial = 1; dial <= 3; dial++) {
      assertFalse(isLetIn(listener, edge));
      assertEquals(dial, listener.counters().handshakesFailed());
    }
    assertTrue(
        listener.counters().lastFailure().contains("certification path"),
        listener.counters().lastFailure());
  }

  @Test
  void aStrangerWithoutACertificateIsNotLetInHoweverOftenItComes() throws Exception {
    MirrorListener listener = start(identity("hub", hub(KeyKind.EC)));
    TlsIdentity edge = identity("edge", authority.edge("press-7", KeyKind.EC));
    SSLContext nameless = SSLContext.getInstance(TlsIdentity.PROTOCOL);
    nameless.init(null, new TrustManager[] {edge.trustManager()}, null);
    for (int dial = 1; dial <= 3; dial++) {
      assertFalse(isLetIn(listener, nameless));
      assertEquals(dial, listener.counters().handshakesFailed());
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

  private Issued hub(KeyKind kind) {
    return authority.hub(List.of(), List.of("127.0.0.1"), kind);
  }

  private TlsIdentity identity(String name, Issued issued) throws Exception {
    Path at = Files.createDirectories(directory.resolve(name));
    TlsFiles files =
        new TlsFiles(at.resolve("own.pem"), at.resolve("key.pem"), at.resolve("ca.pem"));
    issued.write(files.certificate(), files.key());
    authority.write(files.ca());
    return TlsIdentity.load(files);
  }

  private static boolean isLetIn(MirrorListener listener, TlsIdentity edge) throws IOException {
    return isLetIn(listener, edge.context());
  }

  /// In TLS 1.3 a client learns what the hub thinks of its certificate with the first byte or alert that it reads.
  private static boolean isLetIn(MirrorListener listener, SSLContext edge) throws IOException {
    try (Socket socket =
        edge.getSocketFactory()
            .createSocket(dial(listener), "127.0.0.1", listener.address().getPort(), true)) {
      ByteBuffer ping = ByteBuffer.allocate(64);
      FrameCodec.encode(new Ping(1), ping);
      socket.getOutputStream().write(ping.array(), 0, ping.position());
      return socket.getInputStream().read() >= 0;
    } catch (SSLException | SocketException e) {
      return false;
    }
  }

  private MirrorListener start(MirrorLimits limits) throws Exception {
    return start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), limits);
  }

  private MirrorListener start(InetSocketAddress listen, MirrorLimits limits) throws Exception {
    Path tls = directory.resolve("tls");
    TlsIdentity identity =
        TlsIdentity.load(
            new TlsFiles(
                tls.resolve("hub.pem"), tls.resolve("hub-key.pem"), tls.resolve("ca.pem")));
    return start(listen, identity, limits);
  }

  private MirrorListener start(TlsIdentity identity) throws Exception {
    InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return start(listen, identity, MirrorLimits.DEFAULT);
  }

  private MirrorListener start(InetSocketAddress listen, TlsIdentity identity, MirrorLimits limits)
      throws Exception {
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
