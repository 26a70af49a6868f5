package io.tributary.adapter.mqtt;

import static io.tributary.adapter.mqtt.RawClient.ACCEPTED;
import static io.tributary.adapter.mqtt.RawClient.publish;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.Reading;
import io.tributary.adapter.mqtt.mapping.TopicFilter;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MappingTest {
  @ParameterizedTest
  @CsvSource({
    "sensors/+/temperature, sensors/a/temperature,   true",
    "sensors/+/temperature, sensors//temperature,    true",
    "sensors/+/temperature, sensors/a/b/temperature, false",
    "sensors/+/temperature, sensors/temperature,     false",
    "sensors/#,             sensors,                 true",
    "sensors/#,             sensors/a/b,             true",
    "sensors/#,             sensor,                  false",
    "#,                     a/b,                     true",
    "#,                     $SYS/load,               false",
    "+/load,                $SYS/load,               false",
    "$SYS/#,                $SYS/load,               true",
    "+,                     a,                       true",
    "+,                     /a,                      false",
    "+/+,                   /a,                      true",
    "a,                     a,                       true",
    "a,                     A,                       false",
  })
  void filtersMatchAsMqttPrescribes(String filter, String topic, boolean matches) {
    assertEquals(matches, new TopicFilter(filter).matches(TopicFilter.levels(topic)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a#", "a/#/b", "a+", "+a/b", "#/a", "a/b+"})
  void wildcardsStandAlone(String filter) {
    assertThrows(IllegalArgumentException.class, () -> new TopicFilter(filter));
  }

  @Test
  void takesKeyTopicAndHeadersAsTheFirstMappingThatMatchesSays() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient client = RawClient.v3(bed, "device-1", true)) {
      client.expect(ACCEPTED);
      client.send(publish(1, 1, "sensors/kiln/temperature", "451"));
      client.send(publish(1, 2, "alarms/fire", "!"));
      client.send(publish(1, 3, "t/x", "none"));
      client.expect("40020001", "40020002", "40020003");

      Reading kiln = bed.readings("temperature").get(0);
      assertEquals("kiln", Bed.text(kiln.key()));
      assertEquals("451", Bed.text(kiln.value()));
      assertEquals(List.of("mqtt-topic=sensors/kiln/temperature"), headers(kiln));
      Reading fire = bed.readings("alarms").get(0);
      assertEquals("alarms/fire", Bed.text(fire.key()));
      assertEquals(List.of(), headers(fire));
      Reading none = bed.readings("t").get(0);
      assertEquals("null", Bed.text(none.key()));
      assertEquals(List.of(), headers(none));
    }
  }

  @Test
  void takesTheTimestampFromThePayloadOrSaysThatItIsOfArrival() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient client = RawClient.v3(bed, "a", true)) {
      client.expect(ACCEPTED);
      long before = System.currentTimeMillis();
      client.send(
          publish(1, 1, "json", "{\"ts\":1700000000123,\"device\":{\"id\":\"d7\"}}")
              + publish(1, 2, "json", "{\"ts\":\"2013-12-02T21:15:00.5+01:00\"}")
              + publish(1, 3, "json", "{\"ts\":\"yesterday\"}")
              + publish(1, 4, "json", "no json"));
      client.expect("40020001", "40020002", "40020003", "40020004");

      List<Reading> readings = bed.readings("json");
      assertEquals(1700000000123L, readings.get(0).timestampMs());
      assertEquals("d7", Bed.text(readings.get(0).key()));
      assertEquals(List.of(), headers(readings.get(0)));
      assertEquals(1386015300500L, readings.get(1).timestampMs());
      for (Reading late : readings.subList(2, 4)) {
        assertTrue(late.timestampMs() >= before);
        assertEquals(List.of("timestamp=arrival"), headers(late));
      }
      assertEquals(2, bed.endpoint.status().counters().get("timestampsOfArrival"));
      assertEquals(3, bed.endpoint.status().counters().get("keysMissing"));
    }
  }

  @Test
  void takesTheTimestampFromAUserPropertyAndTheKeyFromTheClient() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient client = RawClient.v5(bed, "device-1", true, "")) {
      client.expectWelcome(false);
      String other = "26" + RawClient.string("zone") + RawClient.string("5");
      String time = "26" + RawClient.string("time") + RawClient.string("1700000000123");
      client.send(publish(1, 1, "props", "x", "0200000005" + other + time));
      client.send(publish(1, 2, "props", "y", other));
      client.expect("40020001", "40020002");

      List<Reading> readings = bed.readings("props");
      assertEquals(1700000000123L, readings.get(0).timestampMs());
      assertEquals("device-1", Bed.text(readings.get(0).key()));
      assertEquals(List.of("timestamp=arrival"), headers(readings.get(1)));
    }
  }

  @Test
  void aTopicAliasStandsForItsTopic() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient client = RawClient.v5(bed, "a", true, "")) {
      client.expectWelcome(false);
      client.send(publish(1, 1, "alarms/fire", "1", "230001") + publish(1, 2, "", "2", "230001"));
      client.send(publish(1, 3, "t/x", "3", "230001") + publish(1, 4, "", "4", "230001"));
      client.expect("40020001", "40020002", "40020003", "40020004");
      assertEquals(List.of("1", "2"), bed.values("alarms"));
      assertEquals(List.of("3", "4"), bed.values("t"));
    }
  }

  @Test
  void anEmptyPayloadIsAnEmptyValue() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient client = RawClient.v3(bed, "a", true)) {
      client.expect(ACCEPTED);
      client.send(publish(1, 1, "t", ""));
      client.expect("40020001");
      assertEquals(List.of(""), bed.values("t"));
    }
  }

  @Test
  void moreTopicsThanAreRememberedAreStillTakenRight() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient client = RawClient.v3(bed, "a", true)) {
      client.expect(ACCEPTED);
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 5000; i++) {
        all.append(publish(0, 0, "sensors/s" + i % 2500 + "/temperature", "v" + i));
      }
      client.send(all + publish(1, 1, "sensors/" + "x".repeat(300) + "/temperature", "long"));
      client.expect("40020001");
      List<Reading> readings = bed.readings("temperature");
      for (int i = 0; i < 5000; i++) {
        assertEquals("s" + i % 2500, Bed.text(readings.get(i).key()));
        assertEquals("v" + i, Bed.text(readings.get(i).value()));
      }
      assertEquals("x".repeat(300), Bed.text(readings.get(5000).key()));
    }
  }

  @Test
  void aWrongConfigurationIsRefusedWithPlaceAndWhatIsAllowed() throws SettingsRefused {
    Section section =
        Settings.parse(
            "edge.yaml",
            """
            listen: 1883
            unmapped: drop
            mappings:
              - filter: a/#/b
                topic: a b
                key: level:4
                timestamp: json:a..b
              - filter: a/+
                topic: _gaps
                key: level:3
                timestamp: now
                klass: alarm
              - filter: a
                topic: a
                key: level:x
            """);
    new MqttAdapterType().plan(section);
    SettingsRefused refused = assertThrows(SettingsRefused.class, section::finish);
    List<String> places = refused.problems().stream().map(p -> p.place() + " " + p.key()).toList();
    assertEquals(
        List.of(
            "edge.yaml:1 listen",
            "edge.yaml:2 unmapped",
            "edge.yaml:4 mappings[0].filter",
            "edge.yaml:5 mappings[0].topic",
            "edge.yaml:6 mappings[0].key",
            "edge.yaml:7 mappings[0].timestamp",
            "edge.yaml:9 mappings[1].topic",
            "edge.yaml:10 mappings[1].key",
            "edge.yaml:11 mappings[1].timestamp",
            "edge.yaml:12 mappings[1].klass",
            "edge.yaml:15 mappings[2].key"),
        places);
  }

  @Test
  void aConfigurationWithoutMappingsIsRefused() throws SettingsRefused {
    Section section = Settings.parse("edge.yaml", "listen: 127.0.0.1:1883\n");
    new MqttAdapterType().plan(section);
    SettingsRefused refused = assertThrows(SettingsRefused.class, section::finish);
    assertEquals("mappings", refused.problems().get(0).key());
  }

  @Test
  void thePlanNamesItsTopics() throws SettingsRefused {
    Section section = Settings.parse("edge.yaml", Bed.MAPPINGS);
    assertTrue(new MqttAdapterType().plan(section).topics().containsKey("temperature"));
    section.finish();
    assertFalse(section.has("listen"));
  }

  private static List<String> headers(Reading reading) {
    return reading.headers().stream().map(h -> h.key() + "=" + Bed.text(h.value())).toList();
  }
}
