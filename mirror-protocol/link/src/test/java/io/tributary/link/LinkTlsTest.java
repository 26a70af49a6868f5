package io.tributary.link;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.certificates.CertificateAuthority;
import io.tributary.certificates.KeyKind;
import io.tributary.session.frame.Data;
import io.tributary.session.frame.Frame;
import io.tributary.session.frame.Ping;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The link over mutual TLS 1.3.
@Timeout(60)
final class LinkTlsTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final long POLL_NANOS = 50_000L;

  @TempDir private static Path directory;

  private final CertificateAuthority authority = CertificateAuthority.create("ours");
  private final CertificateAuthority stranger = CertificateAuthority.create("not ours");

  @ParameterizedTest
  @EnumSource(KeyKind.class)
  void bothSidesProveWhoTheyAre(KeyKind kind) throws Exception {
    TlsIdentity hubIdentity =
        TestHub.identity(
            directory,
            "hub-" + kind,
            authority.hub(List.of(), List.of("127.0.0.1"), kind),
            authority);
    TlsIdentity edge =
        TestHub.identity(directory, "edge-" + kind, authority.edge("press-7", kind), authority);
    try (TestHub hub = new TestHub(hubIdentity)) {
      CompletableFuture<Socket> accepted = shaken(hub);
      try (Link link = Link.dial(LinkConfig.tls(hub.address(), edge, LinkKind.LAN), () -> {});
          SSLSocket peer = (SSLSocket) accepted.get(20, TimeUnit.SECONDS)) {
        assertFalse(link.isPlain());
        assertEquals("TLSv1.3", peer.getSession().getProtocol());
        var seen = (java.security.cert.X509Certificate) peer.getSession().getPeerCertificates()[0];
        assertEquals(List.of("press-7"), TlsIdentity.dnsNames(seen));
        for (byte b : TestHub.bytes(new Ping(1), new Ping(2))) {
          peer.getOutputStream().write(b); // a TLS record each
        }
        assertEquals(new Ping(1), awaitFrame(link));
        assertEquals(new Ping(2), awaitFrame(link));
      }
    }
  }

  @Test
  void aHubOfAnotherAuthorityIsRefused() throws Exception {
    TlsIdentity hubIdentity = TestHub.identity(directory, "hub1", stranger.hub(), authority);
    assertTlsFailure(hubIdentity, edge("edge1"), null, "certificate is not accepted");
  }

  @Test
  void aHubWithAnotherNameIsRefusedUnlessItIsTheNameAskedFor() throws Exception {
    TlsIdentity hubIdentity =
        TestHub.identity(
            directory,
            "hub2",
            authority.hub(List.of("hub.example"), List.of(), KeyKind.EC),
            authority);
    TlsIdentity edge = edge("edge2");
    assertTlsFailure(hubIdentity, edge, null, "certificate is not accepted");
    assertTlsFailure(hubIdentity, edge, "other.example", "other.example");
    try (TestHub hub = new TestHub(hubIdentity)) {
      CompletableFuture<Socket> accepted = shaken(hub);
      LinkConfig config =
          LinkConfig.tls(hub.address(), edge, LinkKind.LAN).withHubName("hub.example");
      try (Link link = Link.dial(config, () -> {});
          Socket peer = accepted.get(20, TimeUnit.SECONDS)) {
        peer.getOutputStream().write(TestHub.bytes(new Ping(1)));
        assertEquals(new Ping(1), awaitFrame(link));
      }
    }
  }

  @Test
  void anExpiredEdgeIsToldThatItsCertificateIsTheReason() throws Exception {
    Instant past = Instant.now().minusSeconds(86_400);
    TlsIdentity expired =
        TestHub.identity(
            directory,
            "expired",
            authority.edge("press-7", KeyKind.EC, past.minusSeconds(86_400), past),
            authority);
    assertEdgeRefused(expired);
  }

  @Test
  void anEdgeOfAnotherAuthorityIsToldThatItsCertificateIsTheReason() throws Exception {
    assertEdgeRefused(TestHub.identity(directory, "unknown", stranger.edge("press-7"), authority));
  }

  @Test
  void aPortThatSpeaksNoTlsIsRefused() throws Exception {
    try (TestHub hub = new TestHub(null)) {
      CompletableFuture<Void> answered =
          hub.accept()
              .thenAccept(socket -> {
                try (socket) {
                  socket.getInputStream().read();
                  socket.getOutputStream().write("220 smtp ready\r\n".getBytes(US_ASCII));
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      DialFailed failed =
          assertThrows(
              DialFailed.class,
              () ->
                  Link.dial(LinkConfig.tls(hub.address(), edge("edge3"), LinkKind.LAN), () -> {}));
      assertEquals(DialFailed.Reason.TLS, failed.reason());
      answered.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void aPortThatSaysNothingIsGivenUp() throws Exception {
    try (TestHub hub = new TestHub(null)) {
      CompletableFuture<Socket> accepted = hub.accept();
      LinkConfig config =
          LinkConfig.tls(hub.address(), edge("edge4"), LinkKind.LAN)
              .withTimeouts(Duration.ofSeconds(5), Duration.ofMillis(200))
              .withStuckAfter(Duration.ofMillis(100));
      DialFailed failed = assertThrows(DialFailed.class, () -> Link.dial(config, () -> {}));
      assertEquals(DialFailed.Reason.TLS, failed.reason());
      assertTrue(String.valueOf(failed.getMessage()).contains("within 200 ms"));
      accepted.get(20, TimeUnit.SECONDS).close();
    }
  }

  @Test
  void closeFreesADialThatWaits() throws Exception {
    try (TestHub hub = new TestHub(null)) {
      CompletableFuture<Socket> accepted = hub.accept();
      Link link = new Link(LinkConfig.tls(hub.address(), edge("edge5"), LinkKind.LAN), () -> {});
      CompletableFuture<DialFailed> dial =
          CompletableFuture.supplyAsync(() -> assertThrows(DialFailed.class, link::dial));
      try (Socket peer = accepted.get(20, TimeUnit.SECONDS)) {
        assertTrue(peer.getInputStream().read() >= 0); // its Hello is here: it waits for the answer
        link.close("shutdown");
        dial.get(20, TimeUnit.SECONDS);
        assertEquals("shutdown", link.closedBecause());
      }
    }
  }

  @Test
  void aHubThatTakesNoByteIsGivenUpSoonUnderTlsToo() throws Exception {
    TlsIdentity hubIdentity = TestHub.identity(directory, "hub6", authority.hub(), authority);
    try (TestHub hub = new TestHub(hubIdentity)) {
      CompletableFuture<Socket> accepted = shaken(hub);
      LinkConfig config =
          LinkConfig.tls(hub.address("localhost"), edge("edge6"), LinkKind.METERED)
              .withStuckAfter(Duration.ofMillis(300));
      try (Link link = Link.dial(config, () -> {});
          Socket peer = accepted.get(20, TimeUnit.SECONDS)) {
        long start = System.nanoTime();
        IOException end =
            assertThrows(
                IOException.class,
                () -> {
                  ByteBuffer slice = ByteBuffer.allocate(16_384);
                  while (true) {
                    link.send(new Data(1, 16_384, 0, slice.duplicate()));
                  }
                });
        long tookMs = (System.nanoTime() - start) / 1_000_000;
        assertTrue(String.valueOf(end.getMessage()).startsWith("write stuck"), end.toString());
        assertTrue(tookMs < 5_000, "took " + tookMs + " ms");
        assertTrue(peer.isConnected());
      }
    }
  }

  private TlsIdentity edge(String name) throws Exception {
    return TestHub.identity(directory, name, authority.edge("press-7"), authority);
  }

  /// Accepts and shakes hands.
  private static CompletableFuture<Socket> shaken(TestHub hub) {
    return hub.accept()
        .thenApply(socket -> {
          try {
            ((SSLSocket) socket).startHandshake();
            return socket;
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static void assertTlsFailure(
      TlsIdentity hubIdentity,
      TlsIdentity edge,
      @org.jspecify.annotations.Nullable String hubName,
      String problem)
      throws Exception {
    try (TestHub hub = new TestHub(hubIdentity)) {
      CompletableFuture<Socket> accepted = shaken(hub);
      LinkConfig config = LinkConfig.tls(hub.address(), edge, LinkKind.LAN);
      LinkConfig named = hubName == null ? config : config.withHubName(hubName);
      DialFailed failed = assertThrows(DialFailed.class, () -> Link.dial(named, () -> {}));
      assertEquals(DialFailed.Reason.TLS, failed.reason());
      assertTrue(String.valueOf(failed.getMessage()).contains(problem), failed.toString());
      assertThrows(Exception.class, () -> accepted.get(20, TimeUnit.SECONDS));
    }
  }

  private void assertEdgeRefused(TlsIdentity edge) throws Exception {
    TlsIdentity hubIdentity =
        TestHub.identity(directory, "hub-refuses", authority.hub(), authority);
    try (TestHub hub = new TestHub(hubIdentity)) {
      CompletableFuture<Throwable> refusal =
          hub.accept()
              .thenApply(
                  socket -> assertThrows(SSLException.class, ((SSLSocket) socket)::startHandshake));
      String because;
      try (Link link = Link.dial(LinkConfig.tls(hub.address(), edge, LinkKind.LAN), () -> {})) {
        long deadline = System.nanoTime() + BOUND.toNanos();
        while (link.closedBecause() == null) {
          assertTrue(System.nanoTime() < deadline);
          LockSupport.parkNanos(POLL_NANOS);
        }
        because = requireNonNull(link.closedBecause());
      } catch (DialFailed early) { // the hub's refusal overtook the end of our handshake
        because = String.valueOf(early.getMessage());
      }
      assertTrue(because.contains("not accept this edge's certificate"), because);
      refusal.get(20, TimeUnit.SECONDS);
    }
  }

  private static Frame awaitFrame(Link link) {
    long deadline = System.nanoTime() + BOUND.toNanos();
    while (true) {
      Frame frame = link.poll();
      if (frame != null) {
        return frame;
      }
      assertTrue(System.nanoTime() < deadline, "no frame: " + link.closedBecause());
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
