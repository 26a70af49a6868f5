package io.tributary.link;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.session.frame.Ack;
import io.tributary.session.frame.Data;
import io.tributary.session.frame.Frame;
import io.tributary.session.frame.FrameReader;
import io.tributary.session.frame.Ping;
import io.tributary.session.frame.Pong;
import io.tributary.session.frame.Refusal;
import io.tributary.session.frame.RefusalCode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The link over plain TCP on loopback: frames, threads, ends. [LinkTlsTest] adds TLS.
@Timeout(60)
final class LinkTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final long POLL_NANOS = 50_000L;

  @Test
  void carriesFramesBothWaysAndWakesTheOwner() throws Exception {
    try (TestHub hub = new TestHub(null)) {
      CompletableFuture<Socket> accepted = hub.accept();
      CompletableFuture<Void> woken = new CompletableFuture<>();
      try (Link link = Link.dial(plain(hub), () -> woken.complete(null));
          Socket peer = accepted.get(20, TimeUnit.SECONDS)) {
        link.send(new Ping(42));
        assertTrue(link.unflushedBytes() > 0);
        link.flush();
        assertEquals(new Ping(42), readFrame(peer));
        peer.getOutputStream().write(TestHub.bytes(new Pong(42)));
        woken.get(20, TimeUnit.SECONDS);
        assertEquals(new Pong(42), awaitFrame(link));
        assertNull(link.poll());
        assertTrue(link.bytesIn() > 0 && link.bytesOut() > 0);
        assertTrue(link.isPlain());
      }
    }
  }

  @Test
  void assemblesFramesThatComeByteByByte() throws Exception {
    try (TestHub hub = new TestHub(null)) {
      CompletableFuture<Socket> accepted = hub.accept();
      try (Link link = Link.dial(plain(hub), () -> {});
          Socket peer = accepted.get(20, TimeUnit.SECONDS)) {
        peer.setTcpNoDelay(true);
        for (byte b : TestHub.bytes(new Ping(1), new Ack(3, 1L << 40), new Ping(2))) {
          peer.getOutputStream().write(b);
          peer.getOutputStream().flush();
        }
        assertEquals(new Ping(1), awaitFrame(link));
        assertEquals(new Ack(3, 1L << 40), awaitFrame(link));
        assertEquals(new Ping(2), awaitFrame(link));
      }
    }
  }

  @Test
  void dataGoesOutWholeWhenTheGatherBufferIsSmallerThanWhatIsSent() throws Exception {
    try (TestHub hub = new TestHub(null)) {
      CompletableFuture<Socket> accepted = hub.accept();
      try (Link link = Link.dial(plain(hub), () -> {});
          Socket peer = accepted.get(20, TimeUnit.SECONDS)) {
        CompletableFuture<Long> received =
            CompletableFuture.supplyAsync(() -> sumOfSlices(peer, 100 * 16_384));
        ByteBuffer slice = ByteBuffer.allocateDirect(16_384);
        long sum = 0;
        for (int i = 0; i < 100; i++) {
          for (int at = 0; at < slice.capacity(); at++) {
            byte b = (byte) (i * 31 + at);
            slice.put(at, b);
            sum += (long) b * (at % 7 + 1);
          }
          link.send(new Data(1, 16_384, 0, slice.duplicate()));
        }
        link.flush();
        assertEquals(sum, received.get(20, TimeUnit.SECONDS));
      }
    }
  }

  @Test
  void aRefusalIsHandedOutBeforeTheEnd() throws Exception {
    Refusal refusal = Refusal.ofSession(RefusalCode.CLONE, 5_000, "another one lives");
    try (TestHub hub = new TestHub(null)) {
      CompletableFuture<Socket> accepted = hub.accept();
      try (Link link = Link.dial(plain(hub), () -> {})) {
        try (Socket peer = accepted.get(20, TimeUnit.SECONDS)) {
          peer.getOutputStream().write(TestHub.bytes(refusal));
        }
        assertEquals(refusal, awaitFrame(link));
        await(() -> link.closedBecause() != null);
        assertNull(link.poll());
        assertEquals("the hub closed", link.closedBecause());
        link.send(new Ping(1));
        assertThrows(IOException.class, link::flush);
      }
    }
  }

  @Test
  void theEndIsNotToldWhileFramesWaitAndTheyOutliveAFailedFlush() throws Exception {
    Refusal refusal = Refusal.ofSession(RefusalCode.BUSY, 5_000, "too many");
    try (TestHub hub = new TestHub(null)) {
      CompletableFuture<Socket> accepted = hub.accept();
      try (Link link = Link.dial(plain(hub), () -> {})) {
        try (Socket peer = accepted.get(20, TimeUnit.SECONDS)) {
          peer.getOutputStream().write(TestHub.bytes(refusal));
          await(() -> link.bytesIn() > 0);
        }
        assertThrows(IOException.class, () -> sendForEver(link)); // until the end is noticed
        assertNull(link.closedBecause());
        assertEquals(refusal, awaitFrame(link));
        assertEquals(null, link.poll());
        await(() -> link.closedBecause() != null);
      }
    }
  }

  @Test
  void aFullInboxHoldsTheHubBackAndLosesNothing() throws Exception {
    int count = 20_000;
    try (TestHub hub = new TestHub(null)) {
      CompletableFuture<Socket> accepted = hub.accept();
      try (Link link = Link.dial(plain(hub), () -> {});
          Socket peer = accepted.get(20, TimeUnit.SECONDS)) {
        CompletableFuture<Void> sent =
            CompletableFuture.runAsync(() -> {
              try {
                for (int i = 0; i < count; i++) {
                  peer.getOutputStream().write(TestHub.bytes(new Ping(i)));
                }
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
        await(() -> link.bytesIn() > 1024 * 13); // more than the inbox takes
        for (int i = 0; i < count; i++) {
          assertEquals(new Ping(i), awaitFrame(link));
        }
        sent.get(20, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void rubbishFromTheHubBreaksTheLinkWithAReason() throws Exception {
    try (TestHub hub = new TestHub(null)) {
      CompletableFuture<Socket> accepted = hub.accept();
      try (Link link = Link.dial(plain(hub), () -> {});
          Socket peer = accepted.get(20, TimeUnit.SECONDS)) {
        peer.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
        await(() -> link.closedBecause() != null);
        assertTrue(requireNonNull(link.closedBecause()).startsWith("the hub sent no frame"));
      }
    }
  }

  @Test
  void aHubThatTakesNoByteIsGivenUpSoon() throws Exception {
    try (TestHub hub = new TestHub(null)) {
      CompletableFuture<Socket> accepted = hub.accept();
      LinkConfig config = plain(hub).withStuckAfter(Duration.ofMillis(300));
      try (Link link = Link.dial(config, () -> {});
          Socket peer = accepted.get(20, TimeUnit.SECONDS)) {
        long start = System.nanoTime();
        IOException end = assertThrows(IOException.class, () -> sendForEver(link));
        long tookMs = (System.nanoTime() - start) / 1_000_000;
        assertTrue(String.valueOf(end.getMessage()).startsWith("write stuck"), end.toString());
        assertTrue(tookMs < 5_000, "took " + tookMs + " ms");
        assertEquals(end.getMessage(), link.closedBecause());
        assertTrue(peer.isConnected()); // it never closed
      }
    }
  }

  @Test
  void aHubThatTalksButTakesNoByteIsGivenUpAsWell() throws Exception {
    try (TestHub hub = new TestHub(null)) {
      CompletableFuture<Socket> accepted = hub.accept();
      LinkConfig config = plain(hub).withStuckAfter(Duration.ofMillis(300));
      try (Link link = Link.dial(config, () -> {});
          Socket peer = accepted.get(20, TimeUnit.SECONDS)) {
        CompletableFuture<Void> talk =
            CompletableFuture.runAsync(() -> {
              try {
                while (true) { // more than the inbox holds: the reader waits there
                  peer.getOutputStream().write(TestHub.bytes(new Ping(1)));
                }
              } catch (IOException e) {
                // the edge gave up, as it should
              }
            });
        IOException end = assertThrows(IOException.class, () -> sendForEver(link));
        assertTrue(String.valueOf(end.getMessage()).startsWith("write stuck"), end.toString());
        talk.get(20, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void closeFreesABlockedWriterFromAnotherThread() throws Exception {
    try (TestHub hub = new TestHub(null)) {
      CompletableFuture<Socket> accepted = hub.accept();
      try (Link link = Link.dial(plain(hub), () -> {});
          Socket peer = accepted.get(20, TimeUnit.SECONDS)) {
        CompletableFuture<IOException> writer =
            CompletableFuture.supplyAsync(
                () -> assertThrows(IOException.class, () -> sendForEver(link)));
        awaitStandstill(link);
        link.close("shutdown");
        assertEquals("shutdown", link.closedBecause());
        assertNotNull(writer.get(20, TimeUnit.SECONDS));
        assertTrue(peer.isConnected());
      }
    }
  }

  @Test
  void whatWasFlushedBeforeTheCloseArrives() throws Exception {
    try (TestHub hub = new TestHub(null)) {
      CompletableFuture<Socket> accepted = hub.accept();
      Link link = Link.dial(plain(hub), () -> {});
      try (Socket peer = accepted.get(20, TimeUnit.SECONDS)) {
        link.send(new Ping(9));
        link.flush();
        link.close("done");
        assertEquals(new Ping(9), readFrame(peer));
        assertEquals(-1, peer.getInputStream().read());
      }
    }
  }

  @Test
  void plainTcpBeyondLoopbackIsRefusedUnlessAllowed() {
    // 192.0.2.0/24 is for documentation (RFC 5737): nobody answers there
    InetSocketAddress far = InetSocketAddress.createUnresolved("192.0.2.1", 7420);
    DialFailed refused =
        assertThrows(
            DialFailed.class,
            () -> Link.dial(LinkConfig.plain(far, false, LinkKind.LAN), () -> {}));
    assertEquals(DialFailed.Reason.PLAIN_NOT_ALLOWED, refused.reason());
    assertTrue(String.valueOf(refused.getMessage()).contains("insecure: true"));

    LinkConfig allowed =
        LinkConfig.plain(far, true, LinkKind.LAN)
            .withTimeouts(Duration.ofMillis(50), Duration.ofMillis(50));
    DialFailed unreachable = assertThrows(DialFailed.class, () -> Link.dial(allowed, () -> {}));
    assertEquals(DialFailed.Reason.UNREACHABLE, unreachable.reason());
  }

  @Test
  void aPortWhereNobodyListensIsNamed() throws Exception {
    InetSocketAddress gone;
    try (TestHub hub = new TestHub(null)) {
      gone = hub.address();
    }
    DialFailed failed =
        assertThrows(
            DialFailed.class,
            () -> Link.dial(LinkConfig.plain(gone, false, LinkKind.METERED), () -> {}));
    assertEquals(DialFailed.Reason.UNREACHABLE, failed.reason());
    assertTrue(String.valueOf(failed.getMessage()).contains("127.0.0.1:" + gone.getPort()));
  }

  private static LinkConfig plain(TestHub hub) {
    return LinkConfig.plain(hub.address(), false, LinkKind.LAN);
  }

  private static void sendForEver(Link link) throws IOException {
    ByteBuffer slice = ByteBuffer.allocate(16_384);
    while (true) {
      link.send(new Data(1, 16_384, 0, slice.duplicate()));
    }
  }

  private static void awaitStandstill(Link link) throws InterruptedException {
    long sinceNanos = System.nanoTime();
    long seen = link.bytesOut();
    while (System.nanoTime() - sinceNanos < 300_000_000L || seen == 0) {
      LockSupport.parkNanos(POLL_NANOS);
      if (link.bytesOut() != seen) {
        seen = link.bytesOut();
        sinceNanos = System.nanoTime();
      }
    }
  }

  private static long sumOfSlices(Socket peer, long bytes) {
    try {
      FrameReader reader = new FrameReader();
      byte[] buffer = new byte[10_000];
      long sum = 0;
      long seen = 0;
      while (seen < bytes) {
        int read = peer.getInputStream().read(buffer);
        ByteBuffer in = ByteBuffer.wrap(buffer, 0, Math.max(0, read));
        for (Frame frame = reader.next(in); frame != null; frame = reader.next(in)) {
          Data data = (Data) frame;
          for (int i = 0; i < data.slice().remaining(); i++) {
            int at = data.sliceOffset() + i;
            sum += (long) data.slice().get(data.slice().position() + i) * (at % 7 + 1);
          }
          seen += data.slice().remaining();
        }
      }
      return sum;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Frame readFrame(Socket peer) throws Exception {
    FrameReader reader = new FrameReader();
    byte[] one = new byte[1];
    while (true) {
      assertEquals(1, peer.getInputStream().read(one));
      Frame frame = reader.next(ByteBuffer.wrap(one));
      if (frame != null) {
        return frame;
      }
    }
  }

  private static Frame awaitFrame(Link link) throws InterruptedException {
    long deadline = System.nanoTime() + BOUND.toNanos();
    while (true) {
      Frame frame = link.poll();
      if (frame != null) {
        return frame;
      }
      assertTrue(System.nanoTime() < deadline, "no frame within " + BOUND);
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + BOUND.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "not within " + BOUND);
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
