package io.tributary.adapter.mqtt.bridge.conformance;

import static io.tributary.adapter.mqtt.bridge.conformance.BridgeBed.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tributary.adapter.Reading;
import io.tributary.adapter.StateEntry;
import io.tributary.record.Header;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a publisher keeps whichever client it uses: extend it, and say which. The subscriber is one of QoS 1: Mosquitto 2.0.11 does
/// not always go on with one of QoS 2 to whom as many messages are under way as there may be.
public abstract class PublisherConformance {
  private static final int MESSAGES = 300;
  private static final String VERSION_FIVE = "5";

  @TempDir private Path directory;

  /// The words of the keys `client` and `version`.
  protected abstract String client();

  protected abstract String version();

  /// For a subclass only.
  protected PublisherConformance() {}

  @BeforeEach
  final void needsMosquitto() {
    assumeTrue(Files.isExecutable(Mosquitto.BROKER), "SKIPPED: no mosquitto; install mosquitto");
    assumeTrue(
        Files.isExecutable(Mosquitto.SUBSCRIBER),
        "SKIPPED: no mosquitto_sub; install mosquitto-clients");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void readingsArriveOnceAndInOrder(int qos) throws Exception {
    try (Mosquitto broker = Mosquitto.open(directory.resolve("broker"));
        Subscriber subscriber = broker.subscribe("plant/#", 1);
        PublisherBed bed = bed(broker, qos, "")) {
      put(bed, 0, MESSAGES);
      eventually("all came", () -> subscriber.got().size() >= MESSAGES);
      assertEquals(values(0, MESSAGES), subscriber.payloads());
      Subscriber.Got first = subscriber.got().getFirst();
      assertEquals("plant/t/press", first.topic());
      assertEquals(Math.min(qos, 1), first.qos());
      eventually("all are answered", () -> bed.count("published") == MESSAGES);
      eventually("none is left", () -> bed.count("ahead") == 0);
      assertTrue(bed.summary().startsWith("publishing to"), bed.summary());
    }
  }

  /// The position is written down when the edge stops in peace: nothing goes twice.
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void goesOnWhereItWasAfterARestart(int qos) throws Exception {
    try (Mosquitto broker = Mosquitto.open(directory.resolve("broker"));
        Subscriber subscriber = broker.subscribe("plant/#", 1);
        PublisherBed first = bed(broker, qos, "store-interval: 1h\n")) {
      put(first, 0, MESSAGES);
      eventually("all are answered", () -> first.count("published") == MESSAGES);
      first.stop();
      eventually("the position is written", () -> first.outlet.pending("normal") == 0);
      put(first, MESSAGES, MESSAGES + 10);
      eventually("more is there", () -> first.outlet.durable().size() == MESSAGES + 10);
      try (PublisherBed second = first.again("store-interval: 1h\n")) {
        eventually("the rest is answered", () -> second.count("published") == 10);
        eventually("the rest came", () -> subscriber.got().size() >= MESSAGES + 10);
        assertEquals(values(0, MESSAGES + 10), subscriber.payloads());
      }
    }
  }

  /// The power goes: what was not written down goes again, and nothing is left out.
  @Test
  void goesOnWhereItWasWrittenDownAfterAPowerCut() throws Exception {
    try (Mosquitto broker = Mosquitto.open(directory.resolve("broker"));
        Subscriber subscriber = broker.subscribe("plant/#", 1);
        PublisherBed first = bed(broker, 1, "store-interval: 1h\n")) {
      put(first, 0, MESSAGES);
      eventually("all are answered", () -> first.count("published") == MESSAGES);
      List<StateEntry> disk = first.outlet.state();
      first.stop();
      try (PublisherBed second = first.again("", disk)) {
        eventually("they are sent again", () -> second.count("published") == MESSAGES);
        eventually("they come again", () -> subscriber.got().size() == 2 * MESSAGES);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aBrokerThatStartsAgainMissesNothing(int qos) throws Exception {
    try (Mosquitto broker = Mosquitto.open(directory.resolve("broker"));
        Subscriber subscriber = broker.subscribe("plant/#", 1);
        PublisherBed bed = bed(broker, qos, "")) {
      put(bed, 0, 10 * MESSAGES);
      eventually("some came", () -> subscriber.got().size() > MESSAGES);
      broker.stop();
      eventually("it notices", () -> bed.summary().startsWith("not connected"));
      put(bed, 10 * MESSAGES, 11 * MESSAGES);
      broker.start();
      eventually("all are answered", () -> bed.count("ahead") == 0);
      eventually("all came", () -> subscriber.payloads().containsAll(values(0, 11 * MESSAGES)));
      assertEquals(
          values(0, 11 * MESSAGES), List.copyOf(new LinkedHashSet<>(subscriber.payloads())));
      assertTrue(bed.count("connectionsLost") >= 1);
    }
  }

  /// The window is the smaller one of the broker's and our own; all goes all the same. A broker of MQTT 3.1.1 does not tell its.
  @Test
  void keepsToTheBrokersReceiveMaximum() throws Exception {
    String ours = version().equals(VERSION_FIVE) ? "" : "window: 3\n";
    try (Mosquitto broker =
        new Mosquitto(
            directory.resolve("broker"), "allow_anonymous true\nmax_inflight_messages 3")) {
      broker.start();
      try (Subscriber subscriber = broker.subscribe("plant/#", 1);
          PublisherBed bed = bed(broker, 2, ours)) {
        put(bed, 0, MESSAGES);
        eventually("all came", () -> subscriber.got().size() >= MESSAGES);
        assertEquals(values(0, MESSAGES), subscriber.payloads());
        assertEquals(0, bed.count("connectionsLost"));
      }
    }
  }

  @Test
  void whatCannotBePublishedIsCountedAndPassedOver() throws Exception {
    try (Mosquitto broker = Mosquitto.open(directory.resolve("broker"));
        Subscriber subscriber = broker.subscribe("plant/#", 1);
        PublisherBed bed = bed(broker, 1, "max-packet-size: 1KiB\n")) {
      put(bed, 0, 1);
      bed.outlet.put(reading("press/#", "wild"));
      bed.outlet.put(new Reading("t", 1, null, bytes("keyless"), List.of(), List.of()));
      bed.outlet.put(reading("press", "x".repeat(2000)));
      put(bed, 1, 2);
      eventually("the rest came", () -> subscriber.got().size() == 2);
      assertEquals(values(0, 2), subscriber.payloads());
      assertEquals(2, bed.count("unaddressed"));
      assertEquals(1, bed.count("tooLarge"));
      assertTrue(
          bed.lastError().contains("the reading at offset 3 of topic 't' would be a packet of"),
          bed.lastError());
    }
  }

  @Test
  void saysWhereAMessageComesFromAndRetainsIt() throws Exception {
    try (Mosquitto broker = Mosquitto.open(directory.resolve("broker"));
        PublisherBed bed = bed(broker, 1, "", ", retain: true")) {
      bed.outlet.put(
          new Reading(
              "t",
              42,
              bytes("press"),
              bytes("v"),
              List.of(new Header("edge", bytes("e1"))),
              List.of()));
      eventually("it is answered", () -> bed.count("published") == 1);
      try (Subscriber subscriber = broker.subscribe("plant/#", 1)) {
        eventually("it came", () -> subscriber.got().size() == 1);
        Subscriber.Got got = subscriber.got().getFirst();
        assertTrue(got.retained());
        assertEquals("v", got.payload());
        if (version().equals(VERSION_FIVE)) {
          assertEquals(
              "edge:e1 tributary-timestamp:42 tributary-stream:1 tributary-offset:0",
              got.properties());
        }
      }
    }
  }

  /// What the broker refuses waits until somebody has given the right. (MQTT 3.1.1 has no word for it.)
  @Test
  void whatTheBrokerRefusesWaits() throws Exception {
    if (!version().equals(VERSION_FIVE)) {
      return;
    }
    Path rights = directory.resolve("rights");
    Files.writeString(rights, "topic read #\n");
    Files.setPosixFilePermissions(rights, PosixFilePermissions.fromString("rw-------"));
    try (Mosquitto broker =
        new Mosquitto(directory.resolve("broker"), "allow_anonymous true\nacl_file " + rights)) {
      broker.start();
      try (Subscriber subscriber = broker.subscribe("plant/#", 1);
          PublisherBed bed = bed(broker, 1, "")) {
        put(bed, 0, 3);
        eventually("it is refused", () -> bed.count("refused") >= 2);
        assertTrue(bed.lastError().contains("not authorized (0x87)"), bed.lastError());
        Files.writeString(rights, "topic readwrite #\n");
        broker.reload();
        eventually("all came", () -> subscriber.got().size() == 3);
        assertEquals(values(0, 3), subscriber.payloads());
      }
    }
  }

  @Test
  void beginsWithTheNewestWhereItIsToldSo() throws Exception {
    try (Mosquitto broker = Mosquitto.open(directory.resolve("broker"));
        Subscriber subscriber = broker.subscribe("plant/#", 1);
        PublisherBed first = bed(broker, 1, "")) {
      put(first, 0, 3);
      eventually("they are there", () -> subscriber.got().size() == 3);
      first.stop();
      // Without the position: as an edge that gets this section later.
      try (PublisherBed second = bed(first, ", start: newest", List.of())) {
        eventually("the position is written", () -> !second.outlet.state().isEmpty());
        List<StateEntry> disk = second.outlet.state();
        second.stop();
        put(second, 3, 5);
        eventually("they are there", () -> second.outlet.durable().size() == 5);
        try (PublisherBed third = bed(second, ", start: newest", disk)) {
          eventually("they came", () -> third.count("published") == 2);
          eventually("all came", () -> subscriber.got().size() == 5);
          assertEquals(values(0, 5), subscriber.payloads());
        }
      }
    }
  }

  private PublisherBed bed(Mosquitto broker, int qos, String more) throws IOException {
    return bed(broker, qos, more, "");
  }

  private PublisherBed bed(Mosquitto broker, int qos, String more, String moreOfTopic)
      throws IOException {
    return PublisherBed.of(
        "address: %s\nclient: %s\nversion: '%s'\nclient-id: edge\n"
            .formatted(broker.address(), client(), version()),
        more,
        "publications: [{topic: t, to: 'plant/{topic}/{key}', qos: %d%s}]\n"
            .formatted(qos, moreOfTopic));
  }

  private static PublisherBed bed(PublisherBed before, String moreOfTopic, List<StateEntry> disk)
      throws IOException {
    return before.again("", disk, moreOfTopic);
  }

  private static void put(PublisherBed bed, int from, int to) {
    values(from, to).forEach(value -> bed.outlet.put(reading("press", value)));
  }

  private static Reading reading(String key, String value) {
    return new Reading("t", 1, bytes(key), bytes(value), List.of(), List.of());
  }

  private static List<String> values(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "value-" + i).toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
