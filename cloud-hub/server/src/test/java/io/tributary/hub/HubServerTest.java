package io.tributary.hub;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonWriter;
import io.tributary.certificates.CertificateAuthority;
import io.tributary.certificates.KeyKind;
import io.tributary.link.LinkConfig;
import io.tributary.link.LinkKind;
import io.tributary.link.TlsFiles;
import io.tributary.link.TlsIdentity;
import io.tributary.record.GapReason;
import io.tributary.session.frame.Ack;
import io.tributary.session.frame.Close;
import io.tributary.session.frame.Credit;
import io.tributary.session.frame.Frame;
import io.tributary.session.frame.FrameCodec;
import io.tributary.session.frame.Ping;
import io.tributary.session.frame.Pong;
import io.tributary.session.frame.Refusal;
import io.tributary.session.frame.RefusalCode;
import io.tributary.session.frame.Resume;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.store.conformance.PretendStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A whole hub with its real store, certificates and sockets; only the edge is played frame by frame.
@Timeout(120)
final class HubServerTest {
  private static final long POLL_NANOS = 20_000_000L;
  private static final UUID INCARNATION = new UUID(1, 2);
  private static final UUID RUN = new UUID(3, 4);
  private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("ours");

  @TempDir private static Path tls;
  @TempDir private Path data;

  @BeforeAll
  static void writeCertificates() throws Exception {
    AUTHORITY.write(tls.resolve("ca.pem"));
    AUTHORITY.hub().write(tls.resolve("hub.pem"), tls.resolve("hub-key.pem"));
    AUTHORITY.edge("press-7").write(tls.resolve("press-7.pem"), tls.resolve("press-7-key.pem"));
  }

  @Test
  void storesWhatAnEdgeSendsAndShowsIt() throws Exception {
    PretendStream stream = new PretendStream("press-7", "temperature", 42);
    try (HubServer hub = start("");
        TestEdge edge = new TestEdge(tlsTo(hub, "press-7"))) {
      assertNotEquals(new UUID(0, 0), edge.greet("press-7", INCARNATION, RUN).hubId());
      assertEquals(0, edge.open(0, stream).next());
      edge.send(0, stream.batch(100));
      edge.send(0, stream.batch(50, 1000));
      edge.send(0, stream.hole(25, GapReason.DROP_OLDEST));
      awaitAck(edge, 175);

      JsonObject status = status(hub, s -> !s.getArray("edges").isEmpty());
      JsonObject shown = status.getArray("edges").getObject(0);
      assertEquals("press-7", shown.getString("edge"));
      assertEquals("connected", shown.getString("state"));
      assertEquals(INCARNATION.toString(), shown.getString("incarnation"));
      assertEquals("test 1", shown.getString("agent"));
      JsonObject row = shown.getArray("streams").getObject(0);
      assertEquals("temperature", row.getString("topic"));
      assertEquals(175, row.getLong("next"));
      assertEquals(1, row.getLong("gaps"));
      assertEquals(25, row.getLong("missing"));
      assertFalse(status.getObject("mirror").getBoolean("insecure"));
    }
  }

  @Test
  void aRestartedHubKnowsItsIdAndWhereTheStreamEnds() throws Exception {
    PretendStream stream = new PretendStream("press-7", "temperature", 42);
    UUID hubId;
    try (HubServer hub = start("");
        TestEdge edge = new TestEdge(tlsTo(hub, "press-7"))) {
      hubId = edge.greet("press-7", INCARNATION, RUN).hubId();
      edge.open(0, stream);
      edge.send(0, stream.batch(10));
      awaitAck(edge, 10);
    }
    try (HubServer hub = start("");
        TestEdge edge = new TestEdge(tlsTo(hub, "press-7"))) {
      assertEquals(hubId, edge.greet("press-7", INCARNATION, RUN).hubId());
      Resume resume = edge.open(0, stream);
      assertEquals(10, resume.next());
      assertEquals(stream.digest(), resume.digestAtNext());
    }
  }

  @Test
  void saysFarewellWhenItStops() throws Exception {
    HubServer hub = start("");
    try (TestEdge edge = new TestEdge(tlsTo(hub, "press-7"))) {
      edge.greet("press-7", INCARNATION, RUN);
      hub.close();
      assertEquals(Close.Code.SHUTDOWN, edge.take(Close.class).code());
      edge.awaitEnd();
    }
  }

  @Test
  void anEdgeUnderAnotherNameThanItsCertificatesIsRefused() throws Exception {
    try (HubServer hub = start("");
        TestEdge edge = new TestEdge(tlsTo(hub, "press-7"))) {
      edge.send(TestEdge.hello("press-8", INCARNATION, RUN));
      Refusal refusal = edge.take(Refusal.class);
      assertEquals(RefusalCode.IDENTITY, refusal.code());
      assertTrue(refusal.text().contains("press-7") && refusal.text().contains("press-8"));
      edge.awaitEnd();
      assertEquals(
          1, status(hub, s -> true).getObject("refusals").getLong("identity"), "is counted");
    }
  }

  @Test
  void certificatesThatAreUnknownOrExpiredDoNotComeIn() throws Exception {
    Path other = Files.createDirectories(data.resolve("other-tls"));
    CertificateAuthority.create("not ours")
        .edge("press-7")
        .write(other.resolve("unknown.pem"), other.resolve("unknown-key.pem"));
    Instant past = Instant.now().minusSeconds(3_600);
    AUTHORITY
        .edge("press-7", KeyKind.EC, past.minusSeconds(3_600), past)
        .write(other.resolve("expired.pem"), other.resolve("expired-key.pem"));
    try (HubServer hub = start("")) {
      for (String name : List.of("unknown", "expired")) {
        String end;
        try (TestEdge edge = new TestEdge(tlsTo(hub, identity(other, name)))) {
          end = edge.awaitEnd();
        } catch (IOException early) { // the refusal overtook the end of the handshake
          end = String.valueOf(early.getMessage());
        }
        assertTrue(end.contains("not accept this edge's certificate"), end);
      }
      JsonObject mirror =
          status(hub, s -> s.getObject("mirror").getLong("handshakesFailed") == 2)
              .getObject("mirror");
      assertTrue(mirror.getString("lastFailure").contains("127.0.0.1"), mirror.toString());

      try (TestEdge good = new TestEdge(tlsTo(hub, "press-7"))) {
        good.greet("press-7", INCARNATION, RUN); // and nobody else is disturbed
      }
    }
  }

  @Test
  void rubbishIsToldSoAndDisturbsNobody() throws Exception {
    try (HubServer hub = startPlain("");
        TestEdge good = new TestEdge(plainTo(hub))) {
      good.greet("good", INCARNATION, RUN);
      try (Socket rubbish = new Socket()) {
        rubbish.connect(hub.mirrorAddress());
        rubbish
            .getOutputStream()
            .write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        rubbish.setSoTimeout(20_000);
        byte[] answer = rubbish.getInputStream().readNBytes(5);
        assertEquals(3, answer[4], "a Refusal");
      }
      status(hub, s -> s.getObject("refusals").getLong("malformed") == 1);
      good.send(new Ping(5));
      assertEquals(5, good.take(Pong.class).token());
    }
  }

  @Test
  void anEdgeThatAsksAndNeverListensStopsBeingRead() throws Exception {
    try (HubServer hub = startPlain("");
        TestEdge good = new TestEdge(plainTo(hub));
        Socket deaf = new Socket()) {
      good.greet("good", INCARNATION, RUN);
      deaf.setReceiveBufferSize(4096);
      deaf.connect(hub.mirrorAddress());
      deaf.getOutputStream().write(bytes(TestEdge.hello("deaf", INCARNATION, RUN)));
      byte[] pings = new byte[13 * 10_000];
      for (int i = 0; i < 10_000; i++) {
        System.arraycopy(bytes(new Ping(i)), 0, pings, 13 * i, 13);
      }
      // Held back by TCP sooner or later: the writer would stand here, so it has its own thread.
      AtomicLong written = new AtomicLong();
      Thread writer =
          new Thread(() -> {
            try {
              while (true) {
                deaf.getOutputStream().write(pings);
                written.addAndGet(pings.length);
              }
            } catch (IOException e) {
              // the test is over
            }
          });
      writer.setDaemon(true);
      writer.start();
      awaitStandstill(written);
      good.send(new Ping(6));
      assertEquals(6, good.take(Pong.class).token());
    }
  }

  @Test
  void theSameRunTakesItsPlaceBackAndAnotherRunIsAClone() throws Exception {
    try (HubServer hub = start("");
        TestEdge old = new TestEdge(tlsTo(hub, "press-7"))) {
      old.greet("press-7", INCARNATION, RUN);
      try (TestEdge back = new TestEdge(tlsTo(hub, "press-7"))) {
        back.greet("press-7", INCARNATION, RUN);
        assertEquals(Close.Code.TAKEN_OVER, old.take(Close.class).code());
        old.awaitEnd();

        try (TestEdge clone = new TestEdge(tlsTo(hub, "press-7"))) {
          clone.send(TestEdge.hello("press-7", INCARNATION, new UUID(9, 9)));
          back.send(new Pong(back.take(Ping.class).token()));
          Refusal refusal = clone.take(Refusal.class);
          assertEquals(RefusalCode.CLONE, refusal.code());
          assertTrue(refusal.retryAfterMs() > 0);
        }
        JsonObject shown = status(hub, s -> !s.getArray("clones").isEmpty());
        assertEquals(RUN.toString(), shown.getArray("clones").getObject(0).getString("livingRun"));
      }
    }
  }

  @Test
  void aTopicThatIsNotCreatedRefusesItsStreamOnly() throws Exception {
    PretendStream unknown = new PretendStream("press-7", "unknown", 1);
    PretendStream known = new PretendStream("press-7", "known", 2);
    try (HubServer hub = start("auto-create: false\ntopics: {known: {layout: per-edge}}\n");
        TestEdge edge = new TestEdge(tlsTo(hub, "press-7"))) {
      edge.greet("press-7", INCARNATION, RUN);
      AssertionError refused =
          assertThrows(AssertionError.class, () -> edge.open(0, unknown)); // no Resume comes
      assertTrue(String.valueOf(refused.getMessage()).contains("Refusal"), refused.toString());
      edge.open(1, known);
      edge.send(1, known.batch(5));
      awaitAck(edge, 5);
    }
  }

  @Test
  void whatCannotBeHadIsNamedAndNothingStaysBehind() throws Exception {
    try (HubServer hub = start("")) {
      IOException held = assertThrows(IOException.class, () -> start("").close());
      assertTrue(String.valueOf(held.getMessage()).contains("in use by another hub"));

      String yaml =
          "data-dir: %s/second\nmirror: {listen: '%s'}\nkafka: {listen: '127.0.0.1:0'}\nhttp: {listen: '127.0.0.1:0'}\n"
              .formatted(data, HubServer.text(hub.mirrorAddress()));
      IOException taken = assertThrows(IOException.class, () -> start(config(yaml)).close());
      assertTrue(String.valueOf(taken.getMessage()).contains("mirror.listen"), taken.toString());
      // The directory of the one that failed is free again.
      start(config(yaml.replace(HubServer.text(hub.mirrorAddress()), "127.0.0.1:0"))).close();
    }
  }

  @Test
  void aTopicWithMorePartitionsThanConfiguredKeepsThemAndGetsItsBounds() throws Exception {
    startPlain("topics: {t: {mirrored: false, partitions: 2}}").close();
    try (HubServer hub =
        startPlain("topics: {t: {mirrored: false, partitions: 5, retention: 1h}}")) {
      assertEquals("5 false 3600000 []", shape(hub));
    }
    try (HubServer hub =
        startPlain("topics: {t: {mirrored: false, partitions: 3, retention: 2h}}")) {
      assertEquals("5 false 7200000 []", shape(hub));
    }
    try (HubServer hub = startPlain("topics: {t: {partitions: 3, retention: 3h}}")) {
      String shape = shape(hub);
      assertTrue(shape.startsWith("5 false 7200000 ["), shape);
      assertTrue(shape.contains("exists and keeps its layout"), shape);
    }
  }

  @Test
  void answersItsHealth() throws Exception {
    try (HubServer hub = startPlain("")) {
      assertEquals("ok\n", get(hub, "/healthz"));
      assertTrue(status(hub, s -> true).getObject("mirror").getBoolean("insecure"));
    }
  }

  // ---

  /// The partitions of the topic `t`, whether it is a mirror, its retention, and what the hub remarks.
  private static String shape(HubServer hub) throws Exception {
    JsonObject status = status(hub, s -> true);
    for (Object each : status.getArray("topics")) {
      if (each instanceof JsonObject topic && "t".equals(topic.getString("topic"))) {
        return "%d %s %d %s"
            .formatted(
                topic.getInt("partitions"),
                topic.getBoolean("mirrored"),
                topic.getLong("retentionMs"),
                JsonWriter.string(status.getArray("notices")));
      }
    }
    throw new AssertionError("no topic t: " + status);
  }

  private HubServer start(String more) throws Exception {
    return start(
        config(
            """
            data-dir: %s/hub
            mirror:
              listen: 127.0.0.1:0
              tls: {certificate: %s/hub.pem, key: %s/hub-key.pem, ca: %s/ca.pem}
            kafka: {listen: '127.0.0.1:0'}
            http: {listen: '127.0.0.1:0'}
            %s
            """
                .formatted(data, tls, tls, tls, more)));
  }

  private HubServer startPlain(String more) throws Exception {
    return start(
        config(
            """
            data-dir: %s/hub
            mirror: {listen: '127.0.0.1:0'}
            kafka: {listen: '127.0.0.1:0'}
            http: {listen: '127.0.0.1:0'}
            %s
            """
                .formatted(data, more)));
  }

  private static HubServer start(HubConfig config) throws IOException {
    return HubServer.start(
        config,
        bug -> {
          throw new AssertionError(bug);
        });
  }

  private static HubConfig config(String yaml) throws Exception {
    Section root = Settings.parse("hub.yaml", yaml);
    HubConfig config = HubConfig.of(root);
    root.finish();
    return config;
  }

  private static LinkConfig tlsTo(HubServer hub, String edgeId) throws Exception {
    return tlsTo(hub, identity(tls, edgeId));
  }

  private static LinkConfig tlsTo(HubServer hub, TlsIdentity identity) {
    return LinkConfig.tls(dial(hub), identity, LinkKind.LAN);
  }

  private static LinkConfig plainTo(HubServer hub) {
    return LinkConfig.plain(dial(hub), false, LinkKind.LAN);
  }

  private static InetSocketAddress dial(HubServer hub) {
    return InetSocketAddress.createUnresolved("127.0.0.1", hub.mirrorAddress().getPort());
  }

  private static TlsIdentity identity(Path directory, String name) throws Exception {
    return TlsIdentity.load(
        new TlsFiles(
            directory.resolve(name + ".pem"),
            directory.resolve(name + "-key.pem"),
            tls.resolve("ca.pem")));
  }

  private static byte[] bytes(Frame frame) {
    ByteBuffer buffer = ByteBuffer.allocate(512);
    FrameCodec.encode(frame, buffer);
    byte[] bytes = new byte[buffer.flip().remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static void awaitAck(TestEdge edge, long end) throws InterruptedException {
    while (true) {
      switch (edge.take()) {
        case Ack ack when ack.end() == end -> {
          return;
        }
        case Ack ack -> assertTrue(ack.end() < end);
        case Credit credit -> {}
        case Frame other -> throw new AssertionError(other);
      }
    }
  }

  private static void awaitStandstill(AtomicLong written) {
    long startNanos = System.nanoTime();
    long sinceNanos = startNanos;
    long seen = 0;
    while (seen == 0 || System.nanoTime() - sinceNanos < 1_000_000_000L) {
      assertTrue(
          System.nanoTime() - startNanos < TestEdge.BOUND.toNanos(), "the hub reads for ever");
      if (written.get() != seen) {
        seen = written.get();
        sinceNanos = System.nanoTime();
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private static JsonObject status(HubServer hub, Predicate<JsonObject> awaited) throws Exception {
    long deadlineNanos = System.nanoTime() + TestEdge.BOUND.toNanos();
    while (true) {
      JsonObject status = JsonParser.object().from(get(hub, "/status"));
      if (awaited.test(status)) {
        return requireNonNull(status);
      }
      assertTrue(System.nanoTime() < deadlineNanos, "not so: " + status);
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private static String get(HubServer hub, String path) throws IOException {
    var connection =
        URI.create("http://" + HubServer.text(hub.httpAddress()) + path).toURL().openConnection();
    try (var in = connection.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
