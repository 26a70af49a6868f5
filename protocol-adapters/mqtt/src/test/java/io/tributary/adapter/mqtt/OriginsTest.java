package io.tributary.adapter.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which web pages may speak to the broker from within a browser: requests to upgrade, byte by byte.
class OriginsTest {
  private static final int ALLOWED = 101;
  private static final int REFUSED = 403;

  @ParameterizedTest(name = "a page of {0} dials {1}: {2}")
  @CsvSource({
    "'', edge:8083, 101",
    "http://edge:8083, edge:8083, 101",
    "http://edge, edge:8083, 101",
    "https://EDGE:8443, edge, 101",
    "http://[::1]:8080, [::1]:8083, 101",
    "http://127.0.0.1, 127.0.0.1:8083, 101",
    "http://evil.example, edge:8083, 403",
    "http://evil.example, 127.0.0.1:8083, 403",
    "http://edge.evil.example, edge:8083, 403",
    "http://evil.example:8083, edge:8083, 403",
    "http://[::2]:8083, [::1]:8083, 403",
    "http://evil.example@edge, edge, 403",
    "null, edge:8083, 403",
    "edge:8083, edge:8083, 403",
    "http://, '', 403",
  })
  void withoutAListItHasToBeThePageOfTheHostThatIsDialled(String origin, String host, int status)
      throws IOException {
    try (Bed bed = Bed.of(listener(""))) {
      List<String> headers = new ArrayList<>(List.of("Host: " + host));
      if (!origin.isEmpty()) {
        headers.add("Origin: " + origin);
      }
      assertStatus(status, bed, headers);
    }
  }

  @ParameterizedTest(name = "{0}: a page of {1}: {2}")
  @CsvSource({
    "'[\"https://line.example\"]', '', 101",
    "'[\"https://line.example\"]', https://line.example, 101",
    "'[\"https://LINE.example:443\"]', https://line.example, 101",
    "'[\"http://a\", \"http://b:3000\"]', http://b:3000, 101",
    "'[\"http://a\", \"http://b:3000\"]', http://b, 403",
    "'[\"https://line.example\"]', http://line.example, 403",
    "'[\"https://line.example\"]', http://edge:8083, 403",
    "'[\"null\"]', null, 101",
    "'[\"*\"]', http://evil.example, 101",
    "'[]', http://edge:8083, 403",
    "'[]', '', 101",
  })
  void aListSaysAllOfThem(String origins, String origin, int status) throws IOException {
    try (Bed bed = Bed.of(listener(", origins: " + origins))) {
      List<String> headers = new ArrayList<>(List.of("Host: edge:8083"));
      if (!origin.isEmpty()) {
        headers.add("Origin: " + origin);
      }
      assertStatus(status, bed, headers);
    }
  }

  @Test
  void whoSaysTwoThingsIsRefused() throws IOException {
    try (Bed bed = Bed.of(listener(""))) {
      assertStatus(
          REFUSED,
          bed,
          List.of("Host: edge", "Origin: http://edge", "Origin: http://evil.example"));
      String example = Objects.requireNonNull(bed.endpoint.status().lastError());
      assertTrue(example.contains("http://evil.example"), example);
      assertTrue(example.contains("origins"), example);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"line.example", "https://line.example/", "https://a@b", "https://"})
  void whatIsNoOriginIsRefusedInTheConfiguration(String origin) {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> Bed.read(listener(", origins: ['" + origin + "']") + Bed.MAPPINGS));
    String text = String.valueOf(refused.getMessage());
    assertTrue(text.contains("'" + origin + "'") && text.contains("SCHEME://HOST"), text);
  }

  @Test
  void originsAreForWebSockets() {
    String yaml = "listeners: [{address: '127.0.0.1:0', origins: ['*']}]\n" + Bed.MAPPINGS;
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> Bed.read(yaml));
    assertTrue(
        String.valueOf(refused.getMessage()).contains("websocket: true"), refused.toString());
  }

  private static void assertStatus(int expected, Bed bed, List<String> headers) throws IOException {
    int port = bed.endpoint.addresses().get(1).getPort();
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout((int) Bed.PATIENCE.toMillis());
      String request =
          "GET /mqtt HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
              + "Sec-WebSocket-Protocol: mqtt\r\n"
              + String.join("\r\n", headers)
              + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes("HTTP/1.1 101".length());
      assertEquals("HTTP/1.1 " + expected, new String(answer, StandardCharsets.US_ASCII));
    }
    assertEquals(expected == ALLOWED ? 0 : 1, bed.count(Counter.ORIGINS_REFUSED));
    assertEquals(0, bed.count(Counter.WEBSOCKETS_REFUSED));
  }

  private static String listener(String more) {
    return "listeners: [{address: '127.0.0.1:0', websocket: true" + more + "}]\n";
  }
}
