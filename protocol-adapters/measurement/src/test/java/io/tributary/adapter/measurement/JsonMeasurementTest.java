package io.tributary.adapter.measurement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.TargetTopic;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonMeasurementTest {
  private static final Envelope ENVELOPE =
      new Envelope(
          new TargetTopic("t", Optional.empty()), Envelope.Format.JSON, Envelope.Timestamp.ARRIVAL);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"source\":\"a\",\"value\":0.1000000000000000055,\"quality\":\"good\"}",
        "{\"source\":\"a\",\"value\":[1,{\"b\":null}],\"unit\":\"bar\",\"quality\":\"good\"}",
        "{\"source\":\"a\",\"value\":1e400,\"quality\":\"stale\",\"reason\":\"old\"}",
        "{\"source\":\"a\",\"value\":null,\"quality\":\"error\",\"reason\":\"gone\","
            + "\"time\":\"2026-11-29T01:02:03.250Z\"}"
      })
  void whatIsAnEnvelopeStaysOne(String json) {
    assertEquals(json, logged(json));
  }

  @Test
  void whatItLeavesOutIsGiven() {
    assertEquals(
        "{\"source\":\"here\",\"value\":1,\"quality\":\"good\",\"time\":\"1970-01-01T00:00:17Z\"}",
        logged("{\"value\":1,\"time\":17000}"));
    Instant time =
        JsonMeasurement.read("{\"value\":1,\"time\":\"2026-11-29T02:00:00+02:00\"}", "").time();
    assertEquals(Instant.parse("2026-11-29T00:00:00Z"), time);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "17",
        "\"text\"",
        "null",
        "[1,2]",
        "{\"temperature\":21.50}",
        "{\"value\":1,\"colour\":\"red\"}",
        "{\"value\":1,\"quality\":\"fine\"}",
        "{\"value\":1,\"quality\":\"error\"}",
        "{\"value\":1,\"time\":\"yesterday\"}",
        "{\"value\":1,\"time\":1.5}",
        "{\"value\":1,\"unit\":5}"
      })
  void anythingElseIsTheValue(String json) {
    assertEquals("{\"source\":\"here\",\"value\":" + json + ",\"quality\":\"good\"}", logged(json));
  }

  @Test
  void rawIsTheTextAsItCame() {
    String json = " {\"value\" : 1.0}";
    assertEquals(json, new String(JsonMeasurement.read(json, "").raw(), StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{\"a\":1,}", "1 2", "{'a':1}", "nul", "[1}", "NaN", "\"\n\""})
  void whatIsNoJsonIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> JsonMeasurement.read(text, ""));
  }

  @Test
  void depthHasABound() {
    String deep = "[".repeat(100_000);
    String text =
        String.valueOf(
            assertThrows(IllegalArgumentException.class, () -> JsonMeasurement.read(deep, ""))
                .getMessage());
    assertTrue(text.contains("deeper"), text);
    String brackets = "\"" + "[".repeat(1000) + "\\\"\"";
    assertEquals(brackets, valueOf(logged(brackets)));
  }

  private static String valueOf(String json) {
    return json.substring("{\"source\":\"here\",\"value\":".length(), json.indexOf(",\"quality\""));
  }

  private static String logged(String json) {
    byte[] value = ENVELOPE.reading(JsonMeasurement.read(json, "here"), 0).value();
    return new String(Objects.requireNonNull(value), StandardCharsets.UTF_8);
  }
}
