package io.tributary.adapter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketException;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Bytes that a well-behaved client would not send, or not in that way.
class WireTest {
  private Bed bed;

  WireTest() throws IOException {
    bed = Bed.of("");
  }

  @AfterEach
  void close() {
    bed.close();
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws IOException {
    RawClient client = bed.raw();
    StringBuilder requests = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      requests.append(
          switch (i % 4) {
            case 0 -> RawClient.post("t", Integer.toString(i));
            case 1 -> "GET /topics/t HTTP/1.1\r\nHost: edge\r\n\r\n";
            case 2 -> RawClient.post("nowhere", Integer.toString(i));
            default -> RawClient.post("t", "[" + i);
          });
    }
    client.send(requests.toString());
    for (int i = 0; i < 500; i++) {
      String answer = client.answer();
      String expected =
          switch (i % 4) {
            case 0 ->
                "200 {\"topic\":\"t\",\"logged\":1,\"firstOffset\":%d,\"lastOffset\":%d}"
                    .formatted(i / 4, i / 4);
            case 1 -> "405 ";
            case 2 -> "404 ";
            default -> "400 ";
          };
      assertTrue(answer.startsWith(expected), i + ": " + answer);
    }
    assertEquals(
        IntStream.range(0, 125).mapToObj(i -> Bed.envelope("web", 4 * i)).toList(), bed.values());
  }

  @Test
  void aBodyThatIsPackedByItsTransferIsRefusedAndNotLoggedAsItCame() throws IOException {
    for (String coding : new String[] {"gzip, chunked", "deflate, chunked"}) {
      String answer =
          bed.raw()
              .send(
                  "POST /topics/raw HTTP/1.1\r\nHost: edge\r\nContent-Type: application/octet-stream\r\n"
                      + "Transfer-Encoding: "
                      + coding
                      + "\r\n\r\n2\r\nxy\r\n0\r\n\r\n")
              .answer();
      assertTrue(answer.startsWith("501 "), answer);
    }
    assertEquals(List.of(), bed.values());
  }

  @Test
  void nothingMoreIsReadWhileARequestWaits() throws IOException {
    bed.outlet.hold("normal");
    RawClient client = bed.raw();
    client.send(RawClient.post("t", "1")).send(RawClient.post("t", "2"));
    Bed.eventually(() -> bed.outlet.pending("normal") == 1);
    bed.raw().send(RawClient.post("nowhere", "")).answer(); // a later turn
    assertEquals(1, bed.outlet.pending("normal"));
    bed.outlet.go("normal");
    assertTrue(client.answer().startsWith("200"));
    assertTrue(client.answer().startsWith("200"));
  }

  @Test
  void requestsComeInAnyPieces() throws IOException {
    RawClient client = bed.raw();
    String request = RawClient.post("t", "[1,2]");
    for (int i = 0; i < request.length(); i++) {
      client.send(request.substring(i, i + 1));
    }
    assertEquals(
        "200 {\"topic\":\"t\",\"logged\":2,\"firstOffset\":0,\"lastOffset\":1}", client.answer());
  }

  @Test
  void aRequestThatIsCutIsNotTaken() throws IOException {
    String request = RawClient.post("t", "[1,2]");
    for (int i = 0; i < request.length(); i++) {
      bed.raw().send(request.substring(0, i)).endOfRequests();
    }
    Bed.eventually(() -> bed.count("connectionsLost") == 5); // those within their bodies
    Bed.eventually(() -> bed.adapter.status().summary().endsWith(", 0 connections"));
    assertEquals(List.of(), bed.values());
    RawClient vanishing = bed.raw();
    vanishing.send(request.substring(0, request.length() - 1));
    Bed.eventually(() -> bed.count("requests") >= 6);
    vanishing.vanish();
    Bed.eventually(() -> bed.count("connectionsLost") == 6);
    assertEquals(200, bed.post("/topics/t", "1").statusCode());
  }

  @Test
  void whatIsNoHttpIsRefusedAndTheConnectionEnds() throws IOException {
    List<String> bad =
        List.of(
            "\u0016\u0003\u0001\u0002\u0000garbage\r\n\r\n",
            "garbage\r\n\r\n",
            "POST /topics/t HTTP/1.1\r\nHost: edge\r\nContent-Length: -5\r\n\r\n",
            "POST /topics/t HTTP/1.1\r\nHost: edge\r\nContent-Length: 1x\r\n\r\n",
            "POST /topics/t HTTP/1.1\r\nHost: edge\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n11",
            "POST /topics/t HTTP/1.1\r\nHost: edge\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST /topics/t HTTP/1.1\r\nHost: edge\r\nbad header\r\n\r\n");
    for (String each : bad) {
      RawClient client = bed.raw().send(each);
      assertTrue(client.answer().startsWith("400 {\"error\":\""), each);
      assertEquals("", client.answer());
    }
    assertEquals(bad.size(), bed.count("malformed"));
    assertTrue(bed.raw().send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").answer().startsWith("505 "));
    assertTrue(
        bed.raw().send("POST /topics/t HTTP/1.1\r\n\r\n").answer().contains("one header Host"));
    assertTrue(bed.adapter.status().healthy());
    assertEquals(0, bed.count("faults"));
  }

  @Test
  void badChunksAreRefused() throws IOException {
    String head = chunked("");
    RawClient good =
        bed.raw().send(head + "1\r\n[\r\n3\r\n1,2\r\n1;x=y\r\n]\r\n0\r\nTrailer: x\r\n\r\n");
    assertTrue(good.answer().startsWith("200 "));
    for (String chunks : List.of("zz\r\n1\r\n", "-1\r\n1\r\n", "1\r\n11\r\n0\r\n\r\n")) {
      RawClient client = bed.raw().send(head + chunks);
      assertTrue(client.answer().startsWith("400 "), chunks);
      assertEquals("", client.answer());
    }
    assertEquals(2, bed.values().size());
  }

  @Test
  void garbageNeverEndsTheAdapter() throws IOException {
    Random random = new Random(17);
    String request = RawClient.post("t", "[1,2]") + chunked("") + "3\r\n[3]\r\n0\r\n\r\n";
    for (int i = 0; i < 300; i++) {
      StringBuilder bytes = new StringBuilder(request);
      for (int faults = 1 + random.nextInt(4); faults > 0; faults--) {
        bytes.setCharAt(random.nextInt(bytes.length()), (char) random.nextInt(128));
      }
      try (RawClient client = new RawClient(bed.adapter.port())) {
        client.send(bytes.toString()).endOfRequests();
        while (!client.answer().isEmpty()) {
          Thread.onSpinWait();
        }
      } catch (SocketException e) {
        assertTrue(String.valueOf(e.getMessage()).contains("reset"), e::toString);
      }
    }
    assertEquals(0, bed.count("faults"));
    assertEquals(200, bed.post("/topics/t", "4").statusCode());
  }

  @Test
  void headsThatAreTooLargeAreRefused() throws IOException {
    RawClient line = bed.raw().send("POST /topics/" + "x".repeat(5000) + " HTTP/1.1\r\n\r\n");
    assertTrue(line.answer().startsWith("414 "));
    RawClient headers = bed.raw().send(RawClient.post("t", "1", "X: " + "x".repeat(9000) + "\r\n"));
    assertTrue(headers.answer().startsWith("431 "));
    String many =
        IntStream.range(0, 2000).mapToObj(i -> "X" + i + ": y\r\n").collect(Collectors.joining());
    assertTrue(bed.raw().send(RawClient.post("t", "1", many)).answer().startsWith("431 "));
    assertEquals(3, bed.count("tooLarge"));
  }

  @Test
  void whoWaitsForAHundredIsToldToGoOnOrRefusedBefore() throws IOException {
    RawClient client = bed.raw();
    client.send(
        "POST /topics/t HTTP/1.1\r\nHost: edge\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
    assertEquals("100", client.answer());
    client.send("7");
    assertTrue(client.answer().startsWith("200 "));
    RawClient large = bed.raw();
    large.send(
        "POST /topics/t HTTP/1.1\r\nHost: edge\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 9999999\r\n\r\n");
    assertTrue(large.answer().startsWith("413 "));
    assertEquals("", large.answer());
    assertTrue(
        bed.raw().send(RawClient.post("t", "1", "Expect: tea\r\n")).answer().startsWith("417 "));
    assertEquals(List.of(Bed.envelope("web", 7)), bed.values());
  }

  @Test
  void aLargeBodyThatIsRefusedDoesNotDestroyItsAnswer() throws IOException {
    RawClient client = bed.raw();
    client.send(RawClient.post("nowhere", "x".repeat(900_000)));
    assertTrue(client.answer().startsWith("404 "));
    client.send(RawClient.post("t", "1")); // and the connection goes on
    assertTrue(client.answer().startsWith("200 "));
  }

  @Test
  void slowAndSilentClientsAreSentAway() throws IOException {
    bed.close();
    bed = Bed.of("request-timeout: 1s");
    RawClient silent = bed.raw();
    RawClient slowHead = bed.raw().send("POST /topics/t HTT");
    RawClient slowBody = bed.raw().send(RawClient.post("t", "[1,2]").replace("[1,2]", "[1"));
    assertTrue(
        slowBody.answer().startsWith("408 {\"error\":\"the request did not come whole within 1 s"));
    assertEquals("", slowBody.answer());
    assertEquals("", silent.answer());
    assertEquals("", slowHead.answer());
    assertEquals(1, bed.count("timedOut"));
    assertEquals(2, bed.count("connectionsIdle"));
    bed.outlet.hold("normal"); // whose answer takes long is not slow
    RawClient patient = bed.raw().send(RawClient.post("t", "1"));
    assertEquals("", bed.raw().answer());
    assertEquals("", bed.raw().answer());
    assertFalse(patient.hasAnswer());
    bed.outlet.go("normal");
    assertTrue(patient.answer().startsWith("200 "));
  }

  @Test
  void moreConnectionsThanAllowedAreTurnedAway() throws IOException {
    bed.close();
    bed = Bed.of("connections: 2");
    RawClient first = bed.raw();
    RawClient second = bed.raw();
    assertTrue(first.send(RawClient.post("t", "1")).answer().startsWith("200 "));
    assertTrue(second.send(RawClient.post("t", "1")).answer().startsWith("200 "));
    try {
      assertEquals("", bed.raw().answer());
    } catch (SocketException reset) {
      assertTrue(String.valueOf(reset.getMessage()).contains("reset"));
    }
    assertEquals(1, bed.count("connectionsRefused"));
    first.close();
    Bed.eventually(() -> bed.adapter.status().summary().endsWith(", 1 connections"));
    assertTrue(bed.raw().send(RawClient.post("t", "1")).answer().startsWith("200 "));
  }

  @Test
  void olderClientsAreServedAndHungUp() throws IOException {
    RawClient client = bed.raw();
    client.send(
        "POST http://edge:1/topics/t HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: 1\r\n\r\n5");
    assertTrue(client.answer().startsWith("200 "));
    assertEquals("", client.answer());
  }

  @Test
  void aClientThatEndsItsRequestsHasItsAnswer() throws IOException {
    bed.outlet.hold("normal");
    RawClient client = bed.raw().send(RawClient.post("t", "1"));
    client.endOfRequests();
    Bed.eventually(() -> bed.outlet.pending("normal") == 1);
    bed.outlet.go("normal");
    assertTrue(client.answer().startsWith("200 "));
    assertEquals("", client.answer());
  }

  @Test
  void whatAClientThatVanishedHadSentIsLoggedWhole() throws IOException {
    bed.outlet.hold("normal");
    bed.outlet.limit(2);
    RawClient client = bed.raw().send(RawClient.post("t", "[1,2,3,4,5]"));
    Bed.eventually(() -> bed.outlet.pending("normal") == 2);
    client.vanish();
    bed.outlet.go("normal");
    Bed.eventually(() -> bed.values().size() == 5);
  }

  @Test
  void aPortInUseIsNamedAndGivenBack() throws IOException {
    String same = "listen: 127.0.0.1:" + bed.adapter.port() + "\ntopics: {t: {}}";
    HttpAdapter second = new HttpAdapter("second", Bed.read(same), bed.outlet);
    String text = String.valueOf(assertThrows(IOException.class, second::start).getMessage());
    assertTrue(text.contains("cannot be bound"), text);
    assertFalse(second.status().healthy());
    second.close();
    bed.adapter.close();
    HttpAdapter third = new HttpAdapter("third", Bed.read(same), bed.outlet);
    third.start();
    assertTrue(third.status().healthy());
    third.close();
  }

  private static String chunked(String headers) {
    return "POST /topics/t HTTP/1.1\r\nHost: edge\r\nContent-Type: application/json\r\n"
        + headers
        + "Transfer-Encoding: chunked\r\n\r\n";
  }
}
