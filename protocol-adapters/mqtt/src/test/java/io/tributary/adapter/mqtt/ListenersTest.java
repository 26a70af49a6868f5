package io.tributary.adapter.mqtt;

import static io.tributary.adapter.mqtt.RawClient.ACCEPTED;
import static io.tributary.adapter.mqtt.RawClient.connect;
import static io.tributary.adapter.mqtt.RawClient.publish;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.mqtt.users.PasswordHash;
import io.tributary.adapter.mqtt.users.User;
import io.tributary.adapter.mqtt.users.UserFile;
import io.tributary.certificates.CertificateAuthority;
import io.tributary.link.TlsFiles;
import io.tributary.link.TlsIdentity;
import io.tributary.link.TlsTrust;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// TLS and WebSockets, with other people's clients and with bytes that no good client sends.
class ListenersTest {
  private static final long PATIENCE_MS = Bed.PATIENCE.toMillis();
  private static final HexFormat HEX = HexFormat.of();
  private static final int PUBLISHES = 500;

  /// Four zeros mask nothing, so frames can be read here.
  private static final String MASK = "00000000";

  @TempDir Path directory;

  @BeforeEach
  void makeCertificates() throws IOException {
    CertificateAuthority.writeAll(directory, List.of("press-4"));
    CertificateAuthority.create("stranger")
        .edge("press-4")
        .write(directory.resolve("stranger.pem"), directory.resolve("stranger-key.pem"));
  }

  // ---- TLS

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"ssl", "ws", "wss"})
  void pahoPublishesAndSubscribesWithAPassword(String scheme) throws Exception {
    Path users = directory.resolve("users");
    new UserFile(users).change(before -> before.with(new User("press", PasswordHash.of("secret"))));
    String tls = scheme.equals("ws") ? "" : ", tls: " + serverTls("");
    String webSocket = scheme.equals("ssl") ? "" : ", websocket: true";
    // For all of it, because on a busy machine the subscriber may be far behind.
    String room = "max-queued-size: 8MiB\n";
    try (Bed bed =
        Bed.of(
            "anonymous: false\nusers-file: " + users + "\n" + room + listener(tls + webSocket))) {
      String path = scheme.equals("ssl") ? "" : "/mqtt";
      String uri = scheme + "://localhost:" + second(bed).getPort() + path;
      MqttAsyncClient v3 = new MqttAsyncClient(uri, "paho3", new MemoryPersistence());
      MqttConnectOptions options = new MqttConnectOptions();
      options.setUserName("press");
      options.setPassword("secret".toCharArray());
      options.setMaxInflight(PUBLISHES);
      if (!scheme.equals("ws")) {
        options.setSocketFactory(trusting().getSocketFactory());
      }
      v3.connect(options).waitForCompletion(PATIENCE_MS);
      List<String> came = new CopyOnWriteArrayList<>();
      v3.subscribe("t/#", 1, (topic, message) -> came.add(message.toString()))
          .waitForCompletion(PATIENCE_MS);

      var v5 =
          new org.eclipse.paho.mqttv5.client.MqttAsyncClient(
              uri, "paho5", new org.eclipse.paho.mqttv5.client.persist.MemoryPersistence());
      MqttConnectionOptions options5 = new MqttConnectionOptions();
      options5.setUserName("press");
      options5.setPassword(Bed.bytes("secret"));
      if (!scheme.equals("ws")) {
        options5.setSocketFactory(trusting().getSocketFactory());
      }
      v5.connect(options5).waitForCompletion(PATIENCE_MS);
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < PUBLISHES; i++) {
        String value = "v" + i + "x".repeat(i % 7 == 0 ? 20_000 : i);
        expected.add(value);
        v5.publish("t/x", Bed.bytes(value), i % 2 + 1, false).waitForCompletion(PATIENCE_MS);
      }
      Bed.eventually("all came back", () -> came.size() == PUBLISHES);
      assertEquals(expected, came);
      assertEquals(expected, bed.values("t"));
      v3.disconnect().waitForCompletion(PATIENCE_MS);
      v5.disconnect().waitForCompletion(PATIENCE_MS);
      v3.close();
      v5.close();
      Bed.eventually("nothing is held", () -> bed.endpoint.server().heldBytes() == 0);
      assertEquals(0, bed.count(Counter.FAULTS));
    }
  }

  @Test
  void aCertificateSaysWhoItIs() throws Exception {
    String tls = ", tls: " + serverTls(", client-ca: ca.pem, user-from-certificate: true");
    String rights = "rights: [{user: press-4, publish: [t/%u]}]\n";
    try (Bed bed = Bed.of(rights + listener(tls));
        RawClient client = new RawClient(dial(bed, own("press-4")))) {
      client.send(connect(5, "a", true, ""));
      client.expectWelcome(false);
      client.send(publish(1, 1, "t/press-4", "x", "") + publish(1, 2, "t/other", "x", ""));
      List<String> both = new ArrayList<>(List.of(client.read(), client.read()));
      both.sort(null);
      assertEquals(List.of("40020001", "4003000287"), both);
    }
  }

  @Test
  void whoShowsNoCertificateOrAForeignOneIsCountedAndStaysOutside() throws Exception {
    String tls = ", tls: " + serverTls(", client-ca: ca.pem, user-from-certificate: true");
    try (Bed bed = Bed.of(listener(tls))) {
      for (SSLContext context : List.of(trusting(), own("stranger"))) {
        assertThrows(
            IOException.class,
            () -> {
              try (RawClient client = new RawClient(dial(bed, context))) {
                client.send(connect(4, "a", true, ""));
                throwIfClosed(client.read());
              }
            });
      }
      try (RawClient plain = new RawClient(new Socket("127.0.0.1", second(bed).getPort()))) {
        plain.send(connect(4, "a", true, ""));
        plain.sendAsFarAsTaken("c000");
        plain.read();
      }
      Bed.eventually("all are counted", () -> bed.count(Counter.HANDSHAKES_FAILED) == 3);
      Bed.eventually("all are gone", () -> bed.endpoint.connectionCount() == 0);
      assertEquals(0, bed.count(Counter.FAULTS));
    }
  }

  private static void throwIfClosed(String read) throws IOException {
    if (read.equals("closed")) {
      throw new IOException(read);
    }
  }

  @Test
  void withoutACertificateItIsNobodyWhereThatIsAllowed() throws Exception {
    String optional =
        serverTls(
            ", client-ca: ca.pem, user-from-certificate: true, require-client-certificate: false");
    for (boolean allowed : new boolean[] {true, false}) {
      try (Bed bed = Bed.of("anonymous: " + allowed + "\n" + ofNobody(allowed, optional));
          RawClient client = new RawClient(dial(bed, trusting()))) {
        client.send(connect(4, "a", true, ""));
        client.expect(allowed ? ACCEPTED : "20020005");
      }
    }
  }

  /// A plain address asks nobody who they are, so it is left out where nobody may be nobody.
  private static String ofNobody(boolean allowed, String tls) {
    String users = allowed ? "" : "users-file: /nowhere/users\n";
    return users + listener(", tls: " + tls);
  }

  @Test
  void aNameIsTakenFromTheSubjectWhereThereIsNoOther() {
    assertEquals("press", Access.commonName("CN=press,O=Works"));
    assertEquals("a, b", Access.commonName("OU=x+CN=a\\, b,O=y"));
    assertEquals("press", Access.commonName("O=CN\\,CN=no,CN=press"));
    assertEquals(null, Access.commonName("O=Works,DNQ=CN"));
  }

  // ---- WebSocket

  @Test
  void packetsLieInFramesAsTheyLike() throws Exception {
    try (Bed bed = Bed.of(listener(", websocket: true"));
        WebSocket client = new WebSocket(bed, "/mqtt", "mqtt")) {
      assertTrue(client.answer.startsWith("HTTP/1.1 101"), client.answer);
      assertTrue(
          client.answer.toLowerCase(Locale.ROOT).contains("sec-websocket-protocol: mqtt"),
          client.answer);
      String all =
          connect(4, "a", true, "") + publish(1, 1, "t", "one") + publish(1, 2, "t", "two");
      int cut = 2 * 21;
      client.send(0x02, all.substring(0, cut)); // begins in the middle of the first
      client.send(0x89, HEX.formatHex(Bed.bytes("are you there"))); // a ping between
      client.send(0x00, all.substring(cut, cut + 10));
      client.send(0x80, all.substring(cut + 10));
      String came = "";
      String pong = "";
      while (came.length() < (ACCEPTED + "40020001" + "40020002").length()) {
        String[] frame = client.read();
        if (frame[0].equals("8a")) {
          pong = frame[1];
        } else {
          assertEquals("82", frame[0]);
          came += frame[1];
        }
      }
      assertEquals(ACCEPTED + "40020001" + "40020002", came);
      assertEquals("are you there", new String(HEX.parseHex(pong), StandardCharsets.UTF_8));
      assertEquals(List.of("one", "two"), bed.values("t"));
      client.send(0x88, "03e8");
      assertEquals("88", client.read()[0]);
      assertEquals("closed", client.read()[0]);
      assertEquals(0, bed.count(Counter.FAULTS));
    }
  }

  @Test
  void aTextFrameEndsTheConnection() throws Exception {
    try (Bed bed = Bed.of(listener(", websocket: true"));
        WebSocket client = new WebSocket(bed, "/mqtt", "mqtt")) {
      client.send(0x81, connect(4, "a", true, ""));
      String[] close = client.read();
      assertEquals("88", close[0]);
      assertEquals("03eb", close[1].substring(0, 4));
      assertEquals("closed", client.read()[0]);
      assertEquals(1, bed.count(Counter.WEBSOCKETS_REFUSED));
      assertEquals(0, bed.endpoint.server().sessions().count());
    }
  }

  @ParameterizedTest(name = "{0} with {1}: {2}")
  @CsvSource({
    "/mqtt, mqttv3.1, 400",
    "/mqtt, '', 400",
    "/other, mqtt, 404",
    "/mqtt?x, mqtt, 404",
  })
  void anotherSubprotocolOrPathIsRefused(String path, String subprotocol, String status)
      throws Exception {
    try (Bed bed = Bed.of(listener(", websocket: true"));
        WebSocket client = new WebSocket(bed, path, subprotocol)) {
      assertTrue(client.answer.startsWith("HTTP/1.1 " + status), client.answer);
      assertEquals(1, bed.count(Counter.WEBSOCKETS_REFUSED));
      Bed.eventually("it is gone", () -> bed.endpoint.connectionCount() == 0);
    }
  }

  @Test
  void rubbishOnAWebSocketHarmsNobody() throws Exception {
    try (Bed bed = Bed.of("connect-timeout: 1s\n" + listener(", websocket: true"));
        RawClient other = RawClient.v3(bed, "other", true)) {
      other.expect(ACCEPTED);
      for (String rubbish :
          List.of("00", "ff".repeat(40), HEX.formatHex(Bed.bytes("GET / \r\n\r\n")))) {
        try (Socket socket = new Socket("127.0.0.1", second(bed).getPort())) {
          socket.setSoTimeout((int) PATIENCE_MS);
          socket.getOutputStream().write(HEX.parseHex(rubbish));
          socket.getInputStream().readAllBytes(); // until it is closed
        }
      }
      try (WebSocket unmasked = new WebSocket(bed, "/mqtt", "mqtt")) {
        unmasked.out(HEX.parseHex("8202c000"));
        assertEquals("88", unmasked.read()[0]);
      }
      try (WebSocket large = new WebSocket(bed, "/mqtt", "mqtt")) {
        large.out(HEX.parseHex("82ff7fffffffffffffff00000000"));
        assertEquals("88", large.read()[0]);
      }
      Bed.eventually("all are gone", () -> bed.endpoint.connectionCount() == 1);
      other.expectNothingButPong();
      assertEquals(0, bed.count(Counter.FAULTS));
    }
  }

  @Test
  void aFrameThatIsNotWholeIsHeldAgainstTheMemoryOfAll() throws Exception {
    try (Bed bed = Bed.of(listener(", websocket: true"))) {
      try (WebSocket client = new WebSocket(bed, "/mqtt", "mqtt")) {
        client.out(HEX.parseHex("82fe8000" + MASK + "10".repeat(30_000)));
        Bed.eventually("it is held", () -> bed.endpoint.server().heldBytes() >= 20_000);
      }
      Bed.eventually("it is given back", () -> bed.endpoint.server().heldBytes() == 0);
    }
  }

  @Test
  void statusShowsEveryAddress() throws Exception {
    try (Bed bed = Bed.of(listener(", websocket: true, path: /x, tls: " + serverTls("")))) {
      String summary = bed.endpoint.status().summary();
      assertTrue(
          summary.contains(bed.listening() + " and 127.0.0.1:" + second(bed).getPort()), summary);
      assertTrue(summary.contains("(TLS, WebSocket /x), 0 connections"), summary);
    }
  }

  // ---- what tests need

  private static String listener(String more) {
    return "listeners: [{address: '127.0.0.1:0'" + more + "}]\n";
  }

  private String serverTls(String more) {
    return ("{certificate: hub.pem, key: hub-key.pem" + more + "}")
        .replaceAll("(\\S+\\.pem)", directory + "/$1");
  }

  private static InetSocketAddress second(Bed bed) {
    return bed.endpoint.addresses().get(1);
  }

  private SSLContext trusting() throws Exception {
    return TlsTrust.context(directory.resolve("ca.pem"));
  }

  private SSLContext own(String name) throws Exception {
    return TlsIdentity.load(
            new TlsFiles(
                directory.resolve(name + ".pem"),
                directory.resolve(name + "-key.pem"),
                directory.resolve("ca.pem")))
        .context();
  }

  private static SSLSocket dial(Bed bed, SSLContext context) throws IOException {
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", second(bed).getPort());
    socket.setSoTimeout((int) PATIENCE_MS);
    return socket;
  }

  /// Speaks frames as a test wants them.
  private static final class WebSocket implements AutoCloseable {
    private final Socket socket;

    /// The server's head of the answer.
    private final String answer;

    WebSocket(Bed bed, String path, String subprotocol) throws IOException {
      socket = new Socket("127.0.0.1", second(bed).getPort());
      socket.setSoTimeout((int) PATIENCE_MS);
      String offer = subprotocol.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n";
      out(
          Bed.bytes(
              "GET "
                  + path
                  + " HTTP/1.1\r\nHost: edge\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                  + offer
                  + "\r\n"));
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
        int next = socket.getInputStream().read();
        if (next < 0) {
          break;
        }
        head.write(next);
      }
      answer = head.toString(StandardCharsets.US_ASCII);
    }

    void out(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
    }

    /// @param opcode with the bit of a last frame
    void send(int opcode, String payload) throws IOException {
      int length = payload.length() / 2;
      assertTrue(length < 126, "a short frame");
      out(HEX.parseHex(RawClient.hex(opcode) + RawClient.hex(0x80 | length) + MASK + payload));
    }

    /// Opcode and payload of the next frame; `closed` at the end.
    String[] read() throws IOException {
      int opcode = socket.getInputStream().read();
      if (opcode < 0) {
        return new String[] {"closed", ""};
      }
      int length = socket.getInputStream().read();
      assertTrue(length < 126, "a short frame");
      byte[] payload = socket.getInputStream().readNBytes(length);
      return new String[] {RawClient.hex(opcode), HEX.formatHex(payload)};
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
