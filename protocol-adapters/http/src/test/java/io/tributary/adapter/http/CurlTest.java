package io.tributary.adapter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A client that we have not written.
class CurlTest {
  private static final Path CURL = Path.of("/usr/bin/curl");

  @TempDir Path directory;
  private final Bed bed;

  CurlTest() throws IOException {
    assumeTrue(Files.isExecutable(CURL), "SKIPPED: no curl; install curl");
    bed = Bed.of("");
  }

  @AfterEach
  void close() {
    bed.close();
  }

  @Test
  void postsReadings() throws Exception {
    assertEquals(
        "{\"topic\":\"t\",\"logged\":2,\"firstOffset\":0,\"lastOffset\":1} 200",
        curl("-d", "[1.50,2]", "-H", "Content-Type: application/json", url("t")));
    assertEquals(
        "{\"topic\":\"raw\",\"logged\":1,\"firstOffset\":2,\"lastOffset\":2} 200",
        curl("--data-binary", "@" + file("a\r\nb"), "-H", "Content-Type: text/plain", url("raw")));
    assertEquals(
        List.of(Bed.envelope("web", "1.50"), Bed.envelope("web", 2), "a\r\nb"), bed.values());
  }

  @Test
  void sendsALargeBodyWhenItIsToldToGoOn() throws Exception {
    String lines = IntStream.range(0, 9000).mapToObj(i -> i + "\n").collect(Collectors.joining());
    String[] request = {
      "--data-binary",
      "@" + file(lines),
      "-H",
      "Content-Type: application/x-ndjson",
      "-H",
      "Expect: 100-continue",
      "-H",
      "Idempotency-Key: one",
      url("t")
    };
    String answer = curl(request);
    assertEquals(
        "{\"topic\":\"t\",\"logged\":9000,\"firstOffset\":0,\"lastOffset\":8999} 200", answer);
    assertEquals(answer, curl(request));
    assertEquals(9000, bed.values().size());
  }

  @Test
  void isRefusedBeforeItSendsTooMuch() throws Exception {
    String large = file("x".repeat(3_000_000));
    String json = "Content-Type: application/json";
    for (String expect : List.of("Expect: 100-continue", "Expect:")) {
      String answer = curl("--data-binary", "@" + large, "-H", json, "-H", expect, url("t"));
      assertTrue(answer.contains("(body-bytes)") && answer.endsWith(" 413"), answer);
      String chunked =
          curl(
              "--data-binary",
              "@" + large,
              "-H",
              json,
              "-H",
              expect,
              "-H",
              "Transfer-Encoding: chunked",
              url("t"));
      assertTrue(chunked.contains("(body-bytes)") && chunked.endsWith(" 413"), chunked);
    }
  }

  @Test
  void reusesItsConnection() throws Exception {
    String json = "Content-Type: application/json";
    String both = curl("-d", "1", "-H", json, url("t"), url("nowhere"), url("t"));
    assertTrue(both.endsWith(" 200"), both);
    assertEquals(1, bed.count("connections"));
    assertEquals(3, bed.count("requests"));
    assertEquals(405, Integer.parseInt(curl("-I", url("t")).replaceAll("(?s).* ", "")));
  }

  private String url(String topic) {
    return bed.uri("/topics/" + topic).toString();
  }

  private String file(String text) throws IOException {
    return Files.writeString(Files.createTempFile(directory, "body", ""), text).toString();
  }

  /// What it writes: the body of the answer, and the status.
  private static String curl(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(List.of(CURL.toString(), "-sS", "--max-time", "20", "-w", " %{http_code}"));
    command.addAll(List.of(arguments));
    Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (InputStream out = curl.getInputStream()) {
      String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(curl.waitFor(30, TimeUnit.SECONDS));
      return text;
    }
  }
}
