package io.tributary.adapter.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.Reading;
import io.tributary.adapter.Refused;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is posted, what is logged of it, and what is answered when.
class PostTest {
  private Bed bed;

  PostTest() throws IOException {
    bed = Bed.of("");
  }

  @AfterEach
  void close() {
    bed.close();
  }

  @Test
  void oneReadingIsLoggedAndAnsweredWithItsOffset() {
    HttpResponse<String> response = bed.post("/topics/t", "{\"source\":\"kiln\",\"value\":21.50}");
    assertEquals(200, response.statusCode());
    assertEquals(
        "{\"topic\":\"t\",\"logged\":1,\"firstOffset\":0,\"lastOffset\":0}", response.body());
    assertEquals("application/json", response.headers().firstValue("Content-Type").orElseThrow());
    assertEquals(List.of(Bed.envelope("kiln", "21.50")), bed.values());
    assertEquals(1, bed.count("logged"));
  }

  @Test
  void anArrayIsAReadingForEachElement() {
    HttpResponse<String> response =
        bed.post(
            "/topics/t?source=press%204",
            "[1.0, {\"value\":2,\"source\":\"x\"}, [3,4], {\"a\":5}]");
    assertEquals(
        "{\"topic\":\"t\",\"logged\":4,\"firstOffset\":0,\"lastOffset\":3}", response.body());
    assertEquals(
        List.of(
            Bed.envelope("press 4", "1.0"),
            Bed.envelope("x", "2"),
            Bed.envelope("press 4", "[3,4]"),
            Bed.envelope("press 4", "{\"a\":5}")),
        bed.values());
    assertEquals("{\"topic\":\"t\",\"logged\":0}", bed.post("/topics/t", "[]").body());
  }

  @Test
  void linesAreAReadingEach() {
    HttpResponse<String> response =
        bed.post(
            "/topics/t",
            "application/x-ndjson; charset=UTF-8",
            "1\n\n{\"value\":2}\r\n".getBytes(StandardCharsets.UTF_8));
    assertEquals(200, response.statusCode(), response.body());
    assertEquals(List.of(Bed.envelope("web", "1"), Bed.envelope("web", "2")), bed.values());
  }

  @Test
  void rawTopicsTakeBytesAsTheyAre() {
    byte[] bytes = {0, -1, '\r', '\n', 0x1f};
    assertEquals(
        200, bed.post("/topics/raw?source=s", "application/octet-stream", bytes).statusCode());
    assertEquals(200, bed.post("/topics/raw", "text/plain; charset=latin1", bytes).statusCode());
    assertEquals(200, bed.post("/topics/raw", "[ {\"value\" : 1.0} , 2 ]").statusCode());
    List<Reading> all = bed.outlet.durable();
    assertEquals("s", new String(Objects.requireNonNull(all.get(0).key()), StandardCharsets.UTF_8));
    assertArrayEquals(bytes, all.get(0).value());
    assertArrayEquals(bytes, all.get(1).value());
    assertEquals("{\"value\" : 1.0}", Bed.value(all.get(2)));
    assertEquals("2", Bed.value(all.get(3)));
    bed.assertRefused(415, "format: raw", bed.post("/topics/t", "text/plain", bytes));
    bed.assertRefused(400, "is empty", bed.post("/topics/raw", "text/plain", new byte[0]));
  }

  @Test
  void answersWhenAllIsOnDiskAndNotBefore() {
    bed.outlet.hold("normal");
    CompletableFuture<HttpResponse<String>> answer = later("[1,2,3]");
    Bed.eventually(() -> bed.outlet.pending("normal") == 3);
    assertEquals(404, bed.post("/topics/none", "1").statusCode()); // a later turn of the loop
    assertFalse(answer.isDone());
    assertEquals(1, bed.outlet.sources());
    assertEquals(1, bed.outlet.blocked());
    bed.outlet.go("normal");
    assertEquals(200, answer.join().statusCode());
    Bed.eventually(() -> bed.outlet.sources() == 0);
  }

  @Test
  void waitsForRoomAndLosesNothing() {
    bed.outlet.hold("normal");
    bed.outlet.limit(7);
    List<CompletableFuture<HttpResponse<String>>> answers =
        IntStream.range(0, 5).mapToObj(i -> later(numbers(i * 10, 10))).toList();
    Bed.eventually(
        () -> bed.adapter.status().summary().contains("wait until the journal has room"));
    assertEquals(7, bed.outlet.pending("normal"));
    assertEquals(200, bed.post("/topics/alarms", "1").statusCode()); // another journal has room
    bed.outlet.go("normal");
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      assertEquals(200, answer.join().statusCode(), answer.join().body());
    }
    List<String> logged =
        bed.outlet.durable().stream()
            .filter(each -> each.topic().equals("t"))
            .map(Bed::value)
            .toList();
    assertEquals(
        IntStream.range(0, 50).mapToObj(i -> Bed.envelope("web", i)).collect(Collectors.toSet()),
        logged.stream().collect(Collectors.toSet()));
    assertEquals(50, logged.size());
    assertTrue(bed.count("paused") > 0);
  }

  @Test
  void oneWrongElementAndNothingIsLogged() {
    HttpResponse<String> response = bed.post("/topics/t", "[1,{\"value\":2},{]");
    bed.assertRefused(400, "the array does not end", response);
    bed.assertRefused(
        400, "element 3 of the array ('nul') is no JSON", bed.post("/topics/t", "[1,2,nul]"));
    bed.assertRefused(
        400,
        "line 3 ('{') is no JSON",
        bed.post(
            "/topics/t", "application/x-ndjson", "1\n\n{\n2".getBytes(StandardCharsets.UTF_8)));
    bed.assertRefused(400, "the body is empty", bed.post("/topics/t", ""));
    bed.assertRefused(400, "element 2 of the array is empty", bed.post("/topics/t", "[1,]"));
    bed.assertRefused(
        400, "nests deeper than 64", bed.post("/topics/t", "[".repeat(200) + "]".repeat(200)));
    bed.assertRefused(
        400,
        "not UTF-8 at byte 1",
        bed.post("/topics/t", "application/json", new byte[] {'"', -1, '"'}));
    bed.assertRefused(
        400,
        "has a time that milliseconds since 1970 cannot tell",
        bed.post("/topics/raw", "{\"value\":1,\"time\":\"+999999999-01-01T00:00:00Z\"}"));
    assertEquals(List.of(), bed.values());
    bed.assertRefused(
        400, "has a time before 1970", bed.post("/topics/raw", "{\"value\":1,\"time\":-1}"));
    assertEquals(List.of(), bed.values());
    assertEquals(9, bed.count("malformed"));
    assertTrue(String.valueOf(bed.adapter.status().lastError()).contains("before 1970"));
    assertTrue(bed.adapter.status().healthy());
  }

  @Test
  void whatAJournalRefusesIsToldWithWhatIsLogged() {
    bed.outlet.refuse(reading ->
        switch (Bed.value(reading).replaceAll(".*value\":\"(.*?)\".*", "$1")) {
          case "quota" -> Refused.QUOTA;
          case "large" -> Refused.TOO_LARGE;
          case "failed" -> Refused.FAILED;
          case "late" -> Refused.SHUTDOWN;
          default -> null;
        });
    HttpResponse<String> quota = bed.post("/topics/t", "[1,\"quota\",2,\"quota\",\"large\"]");
    bed.assertRefused(507, "2 readings were dropped, a Gap says so", quota);
    assertTrue(
        quota.body().endsWith("\"logged\":2,\"firstOffset\":0,\"lastOffset\":1}"), quota.body());
    HttpResponse<String> large = bed.post("/topics/t", "[3,\"large\"]");
    bed.assertRefused(413, "1 readings are larger than any batch can hold", large);
    assertTrue(
        large.body().endsWith("\"logged\":1,\"firstOffset\":2,\"lastOffset\":2}"), large.body());
    HttpResponse<String> failed = bed.post("/topics/t", "[\"failed\"]");
    bed.assertRefused(503, "the journal took no more", failed);
    assertTrue(failed.body().endsWith("\"logged\":0}"), failed.body());
    assertTrue(failed.headers().firstValue("Retry-After").isPresent());
    assertEquals(503, bed.post("/topics/t", "\"late\"").statusCode());
    assertEquals(2, bed.count("refusedQuota"));
    assertEquals(2, bed.count("refusedTooLarge"));
    assertEquals(2, bed.count("refusedFailed"));
  }

  @Test
  void withoutRoomForTooLongNothingIsTakenAndTheClientIsToldToComeAgain() throws IOException {
    bed.close();
    bed = Bed.of("journal-timeout: 1s");
    bed.outlet.limit(0);
    HttpResponse<String> response = bed.post("/topics/t", "[1,2]");
    bed.assertRefused(503, "had no room for 1 s", response);
    assertTrue(response.body().endsWith("\"logged\":0}"), response.body());
    assertEquals("1", response.headers().firstValue("Retry-After").orElseThrow());
    bed.outlet.limit(10);
    assertEquals(200, bed.post("/topics/t", "3").statusCode());
    assertEquals(List.of(Bed.envelope("web", 3)), bed.values());
    assertEquals(1, bed.count("journalTimedOut"));
  }

  @Test
  void aJournalThatDoesNotGoOnKeepsNoClientForEver() throws IOException {
    bed.close();
    bed = Bed.of("journal-timeout: 1s");
    bed.outlet.hold("normal");
    bed.assertRefused(503, "1 readings wait for the disk since 1 s", bed.post("/topics/t", "1"));
    bed.outlet.go("normal");
    Bed.eventually(() -> bed.count("logged") == 1);
  }

  @Test
  void addressesMethodsAndKindsThatAreNotTakenAreSaid() {
    bed.assertRefused(404, "T is one of t, raw, alarms", bed.post("/topic/t", "1"));
    bed.assertRefused(404, "nothing is at '/topics/u'", bed.post("/topics/u", "1"));
    HttpResponse<String> get = bed.send(bed.request("/topics/t").GET());
    bed.assertRefused(405, "GET is not POST", get);
    assertEquals("POST", get.headers().firstValue("Allow").orElseThrow());
    HttpResponse<String> head =
        bed.send(bed.request("/topics/t").method("HEAD", HttpRequest.BodyPublishers.noBody()));
    assertEquals(405, head.statusCode());
    bed.assertRefused(
        415, "must be application/json", bed.post("/topics/t", "text/csv", new byte[1]));
    bed.assertRefused(
        415,
        "JSON is UTF-8 here",
        bed.post("/topics/t", "application/json; charset=latin1", new byte[1]));
    bed.assertRefused(
        415,
        "must be gzip",
        bed.send(bed.request("/topics/t").header("Content-Encoding", "br").POST(body("1"))));
    bed.assertRefused(
        400, "once, and nothing else; it has 'sorce'", bed.post("/topics/t?sorce=x", "1"));
    bed.assertRefused(
        400, "1 to 256 characters", bed.post("/topics/t?source=" + "x".repeat(300), "1"));
    bed.assertRefused(400, "not UTF-8", bed.post("/topics/t?source=%ff", "1"));
    bed.assertRefused(
        403,
        "web pages may not post",
        bed.send(
            bed.request("/topics/t").header("Origin", "https://evil.example").POST(body("1"))));
    assertEquals(List.of(), bed.values());
    assertEquals(2, bed.count("notFound"));
    assertEquals(2, bed.count("methodNotAllowed"));
    assertEquals(3, bed.count("unsupported"));
    assertEquals(1, bed.count("forbidden"));
  }

  @Test
  void gzipIsUnpacked() throws IOException {
    byte[] two = concat(gzip("[1,"), gzip("2]")); // members one after the other are one text
    assertEquals(200, postGzip(two).statusCode());
    assertEquals(List.of(Bed.envelope("web", 1), Bed.envelope("web", 2)), bed.values());
  }

  @Test
  void damagedGzipIsRefused() throws IOException {
    byte[] good = gzip("[1,2,3]");
    bed.assertRefused(
        400, "gzip body is cut short", postGzip(Arrays.copyOf(good, good.length - 1)));
    bed.assertRefused(400, "gzip body", postGzip(new byte[0]));
    bed.assertRefused(400, "followed by something else", postGzip(concat(good, new byte[3])));
    bed.assertRefused(400, "followed by something else", postGzip(concat(good, new byte[100])));
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 0x40;
      // Time, system and spare bits say nothing; CRC and length watch over the rest.
      boolean isWatched = i < 3 || i >= good.length - 8;
      int status = postGzip(bad).statusCode();
      assertTrue(status == 400 || (status == 200 && !isWatched), "byte " + i + ": " + status);
    }
    List<String> whole = IntStream.range(1, 4).mapToObj(i -> Bed.envelope("web", i)).toList();
    for (int i = 0; i < bed.values().size(); i++) {
      assertEquals(whole.get(i % 3), bed.values().get(i));
    }
  }

  @Test
  void aBombIsRefusedAndItsMemoryGivenBack() throws IOException {
    byte[] bomb = gzip("[" + " ".repeat(50 << 20) + "]");
    assertTrue(bomb.length < 100_000);
    for (int i = 0; i < 20; i++) {
      bed.assertRefused(413, "unpacked, has more than 1048576 B", postGzip(bomb));
    }
    assertEquals(200, bed.post("/topics/t", "1").statusCode());
  }

  @Test
  void limitsAreSaidWithTheirKeys() throws IOException {
    bed.close();
    bed = Bed.of("body-bytes: 4KiB\nreadings: 3\nwaiting-bytes: 64KiB");
    bed.assertRefused(413, "more than 3 readings (readings)", bed.post("/topics/t", "[1,2,3,4]"));
    bed.assertRefused(413, "(body-bytes)", bed.post("/topics/t", "\"" + "x".repeat(4095) + "\""));
    assertEquals(200, bed.post("/topics/t", "\"" + "x".repeat(4094) + "\"").statusCode());
    bed.assertRefused(
        413, "(body-bytes)", bed.send(bed.request("/topics/t").POST(unknownLength(5000))));
    assertEquals(200, bed.send(bed.request("/topics/t").POST(unknownLength(4000))).statusCode());
    assertEquals(3, bed.count("tooLarge"));
  }

  @Test
  void theMemoryOfAllRequestsTogetherIsBounded() throws IOException {
    bed.close();
    bed = Bed.of("body-bytes: 16KiB\nwaiting-bytes: 64KiB");
    bed.outlet.hold("normal");
    String large = "\"" + "x".repeat(15_000) + "\"";
    List<CompletableFuture<HttpResponse<String>>> taken =
        IntStream.range(0, 3).mapToObj(i -> later(large)).toList();
    Bed.eventually(() -> bed.outlet.pending("normal") == 3);
    HttpResponse<String> more = bed.post("/topics/t", large);
    bed.assertRefused(503, "(waiting-bytes); nothing of this one was taken", more);
    assertTrue(more.headers().firstValue("Retry-After").isPresent());
    bed.outlet.go("normal");
    taken.forEach(each -> assertEquals(200, each.join().statusCode()));
    assertEquals(200, bed.post("/topics/t", large).statusCode());
    assertEquals(1, bed.count("noMemory"));
    assertEquals(4, bed.values().size());
  }

  private CompletableFuture<HttpResponse<String>> later(String body) {
    return bed.sendLater(bed.request("/topics/t").POST(body(body)));
  }

  private HttpResponse<String> postGzip(byte[] packed) {
    return bed.send(
        bed.request("/topics/t")
            .header("Content-Encoding", "gzip")
            .POST(HttpRequest.BodyPublishers.ofByteArray(packed)));
  }

  private static HttpRequest.BodyPublisher body(String text) {
    return HttpRequest.BodyPublishers.ofString(text);
  }

  /// A JSON text that comes in chunks.
  private static HttpRequest.BodyPublisher unknownLength(int length) {
    byte[] text = ("\"" + "x".repeat(length - 2) + "\"").getBytes(StandardCharsets.UTF_8);
    return HttpRequest.BodyPublishers.ofByteArrays(List.of(text));
  }

  private static String numbers(int from, int count) {
    return IntStream.range(from, from + count).boxed().toList().toString();
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return packed.toByteArray();
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
