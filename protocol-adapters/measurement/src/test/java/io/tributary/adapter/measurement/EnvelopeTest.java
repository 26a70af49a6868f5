package io.tributary.adapter.measurement;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tributary.adapter.Reading;
import io.tributary.adapter.TopicClass;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
  private static final Instant TIME = Instant.parse("2026-11-29T01:02:03.250Z");
  private static final byte[] RAW = {1, 2};

  private final Envelope json = envelope("topic: t");
  private final Envelope raw = envelope("topic: t\nformat: raw\ntimestamp: source");

  @Test
  void jsonSaysAllThatIsKnown() {
    Measurement measurement =
        Measurement.good("boiler/temperature", 71.5).in("°C").at(TIME).of(RAW);
    Reading reading = json.reading(measurement, 17);
    assertEquals("t", reading.topic());
    assertEquals(17, reading.timestampMs());
    assertEquals("boiler/temperature", text(reading.key()));
    assertEquals(
        "{\"source\":\"boiler/temperature\",\"value\":71.5,\"unit\":\"°C\",\"quality\":\"good\","
            + "\"time\":\"2026-11-29T01:02:03.250Z\"}",
        text(reading.value()));
    assertEquals(List.of(), reading.headers());
  }

  @Test
  void jsonSaysWhyThereIsNoValue() {
    assertEquals(
        "{\"source\":\"s\",\"value\":null,\"quality\":\"error\",\"reason\":\"no \\\"answer\\\"\"}",
        value(Measurement.error("s", "no \"answer\"")));
  }

  @Test
  void aStaleValueKeepsItsTime() {
    assertEquals(
        "{\"source\":\"s\",\"value\":true,\"quality\":\"stale\",\"reason\":\"nothing for 30 s\","
            + "\"time\":\"2026-11-29T01:02:03.250Z\"}",
        value(Measurement.good("s", true).at(TIME).stale("nothing for 30 s")));
  }

  @Test
  void numbersKeepWhatTheyAre() {
    assertEquals("71.3", valueOf(71.3f));
    assertEquals("-9223372036854775808", valueOf(Long.MIN_VALUE));
    assertEquals("18446744073709551615", valueOf(new BigInteger("18446744073709551615")));
    assertEquals("0.1000000000000000055", valueOf(new BigDecimal("0.1000000000000000055")));
    assertEquals("[1,\"a\",null]", valueOf(java.util.Arrays.asList(1, "a", null)));
    Map<String, Object> position = new LinkedHashMap<>();
    position.put("latitude", 52.5);
    position.put("satellites", 8);
    assertEquals("{\"latitude\":52.5,\"satellites\":8}", valueOf(position));
  }

  @Test
  void whatIsNoNumberIsNoValue() {
    assertThrows(IllegalArgumentException.class, () -> Measurement.good("s", Double.NaN));
    assertThrows(
        IllegalArgumentException.class,
        () -> Measurement.good("s", List.of(Float.POSITIVE_INFINITY)));
    assertThrows(IllegalArgumentException.class, () -> Measurement.good("s", new Object()));
  }

  @Test
  void rawIsWhatTheSourceSentAndTheRestIsHeaders() {
    Reading reading = raw.reading(Measurement.good("s", 258).in("bar").at(TIME).of(RAW), 17);
    assertEquals(TIME.toEpochMilli(), reading.timestampMs());
    assertArrayEquals(RAW, reading.value());
    assertEquals("unit=bar quality=good time=2026-11-29T01:02:03.250Z", headers(reading));
    Reading error = raw.reading(Measurement.error("s", "time-out"), 17);
    assertEquals(17, error.timestampMs());
    assertEquals(0, Objects.requireNonNull(error.value()).length);
    assertEquals("quality=error reason=time-out", headers(error));
  }

  @Test
  void settingsNameTheTopicAndItsClass() {
    Envelope envelope = envelope("topic: t\nclass: alarm");
    assertEquals(Optional.of(TopicClass.ALARM), envelope.target().topicClass());
    SettingsRefused refused =
        assertThrows(SettingsRefused.class, () -> read("topic: _t\nformat: xml\ntimestamp: now"));
    assertEquals(
        """
        edge.yaml:1: topic: is '_t' but must be 1 to 249 of the characters a-z A-Z 0-9 . _ - and not begin with _
        edge.yaml:2: format: is 'xml' but must be one of json, raw
        edge.yaml:3: timestamp: is 'now' but must be one of arrival, source\
        """,
        refused.getMessage());
  }

  @Test
  void aSectionMayBeNamedAfterItsTopic() throws SettingsRefused {
    Section good = Settings.parse("edge.yaml", "t: {class: bulk, format: raw}\nu:\n");
    Envelope envelope = Envelope.readEntry(good, "t");
    assertEquals("t", envelope.target().name());
    assertEquals(Optional.of(TopicClass.BULK), envelope.target().topicClass());
    assertEquals(Envelope.Format.RAW, envelope.format());
    assertEquals("u", Envelope.readEntry(good, "u").target().name());
    good.finish();
    Section bad = Settings.parse("edge.yaml", "_t: {topic: u}");
    Envelope.readEntry(bad, "_t");
    assertEquals(
        """
        edge.yaml:1: _t: is the name of a topic, which must be 1 to 249 of the characters a-z A-Z 0-9 . _ - and not begin with _
        edge.yaml:1: _t.topic: unknown key; allowed are class, format, timestamp\
        """,
        assertThrows(SettingsRefused.class, bad::finish).getMessage());
  }

  private String valueOf(Object value) {
    String text = value(Measurement.good("s", value));
    return text.substring(
        "{\"source\":\"s\",\"value\":".length(), text.length() - ",\"quality\":\"good\"}".length());
  }

  private String value(Measurement measurement) {
    return text(json.reading(measurement, 0).value());
  }

  private static String headers(Reading reading) {
    return String.join(
        " ",
        reading.headers().stream().map(each -> each.key() + "=" + text(each.value())).toList());
  }

  private static String text(byte[] bytes) {
    return new String(Objects.requireNonNull(bytes), StandardCharsets.UTF_8);
  }

  private static Envelope envelope(String yaml) {
    try {
      return read(yaml);
    } catch (SettingsRefused e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Envelope read(String yaml) throws SettingsRefused {
    Section section = Settings.parse("edge.yaml", yaml);
    Envelope envelope = Envelope.read(section);
    section.finish();
    return envelope;
  }
}
