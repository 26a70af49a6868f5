package io.tributary.adapter.mqtt;

import static io.tributary.adapter.mqtt.RawClient.ACCEPTED;
import static io.tributary.adapter.mqtt.RawClient.packet;
import static io.tributary.adapter.mqtt.RawClient.publish;
import static io.tributary.adapter.mqtt.RawClient.pubrel;
import static io.tributary.adapter.mqtt.RawClient.string;
import static io.tributary.adapter.mqtt.RawClient.subscribe;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.adapter.Refused;
import io.tributary.adapter.StateEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What subscribers are sent, byte for byte.
class SubscribeTest {
  private static final String LOCAL = "local: [{filter: 'local/#'}]\n";

  /// The quality of a message is the lesser of the publisher's and the subscriber's (MQTT 5, section 3.8.4).
  @ParameterizedTest
  @CsvSource({"0,0,0", "0,2,0", "1,0,0", "1,1,1", "1,2,1", "2,0,0", "2,1,1", "2,2,2"})
  void theQualityIsTheLesserOfTheTwo(int published, int asked, int sent) throws IOException {
    try (Bed bed = Bed.of("");
        RawClient subscriber = RawClient.v3(bed, "s", true);
        RawClient publisher = RawClient.v3(bed, "p", true)) {
      subscriber.expect(ACCEPTED);
      publisher.expect(ACCEPTED);
      subscriber.send(subscribe(4, 1, "t/#", asked));
      subscriber.expect("90030001" + RawClient.hex(asked));
      publisher.send(publish(published, 9, "t/a", "x"));
      subscriber.expect(publish(sent, 1, "t/a", "x"));
    }
  }

  @Test
  void aReadingIsSeenOnlyWhenItIsOnDisk() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient subscriber = RawClient.v3(bed, "s", true);
        RawClient publisher = RawClient.v3(bed, "p", true)) {
      subscriber.expect(ACCEPTED);
      publisher.expect(ACCEPTED);
      subscriber.send(subscribe(4, 1, "#", 0));
      subscriber.expect("9003000100");
      bed.outlet.hold("normal");
      publisher.send(publish(0, 0, "t/a", "x"));
      Bed.eventually("it waits", () -> bed.outlet.pending("normal") == 1);
      subscriber.expectNothingButPong();
      bed.outlet.go("normal");
      subscriber.expect(publish(0, 0, "t/a", "x"));
    }
  }

  @Test
  void whatIsNotLoggedPassesAtOnce() throws IOException {
    try (Bed bed = Bed.of(LOCAL);
        RawClient subscriber = RawClient.v5(bed, "s", true, "");
        RawClient publisher = RawClient.v5(bed, "p", true, "")) {
      subscriber.expectWelcome(false);
      publisher.expectWelcome(false);
      publisher.send(publish(1, 1, "local/a", "nobody", ""));
      publisher.expect("4003000110");
      subscriber.send(subscribe(5, 1, "local/+", 2));
      subscriber.expect("900400010002");
      bed.outlet.hold("normal");
      publisher.send(publish(2, 2, "local/a", "x", ""));
      publisher.expect("50020002");
      subscriber.expect(publish(2, 1, "local/a", "x", ""));
      subscriber.send("50020001");
      subscriber.expect("62020001");
      subscriber.send("70020001");
      publisher.send(pubrel(2));
      publisher.expect("70020002");
      assertEquals(List.of(), bed.outlet.durable());
    }
  }

  @Test
  void aWindowOfTheClientIsKept() throws IOException {
    try (Bed bed = Bed.of(LOCAL);
        RawClient subscriber = RawClient.v5(bed, "s", true, "210002");
        RawClient publisher = RawClient.v5(bed, "p", true, "")) {
      subscriber.expectWelcome(false);
      publisher.expectWelcome(false);
      subscriber.send(subscribe(5, 1, "local/#", 1));
      subscriber.expect("900400010001");
      for (int i = 1; i <= 4; i++) {
        publisher.send(publish(1, i, "local/a", "m" + i, ""));
      }
      publisher.expect("40020001", "40020002", "40020003", "40020004");
      subscriber.expect(publish(1, 1, "local/a", "m1", ""), publish(1, 2, "local/a", "m2", ""));
      subscriber.expectNothingButPong();
      subscriber.send("40020002");
      subscriber.expect(publish(1, 3, "local/a", "m3", ""));
      subscriber.send("40020001" + "40020003");
      subscriber.expect(publish(1, 4, "local/a", "m4", ""));
    }
  }

  @Test
  void aSessionThatLastsIsSentWhatItDidNotAcknowledge() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient publisher = RawClient.v3(bed, "p", true)) {
      publisher.expect(ACCEPTED);
      try (RawClient subscriber = RawClient.v3(bed, "s", false)) {
        subscriber.expect(ACCEPTED);
        subscriber.send(subscribe(4, 1, "t/#", 2));
        subscriber.expect("9003000102");
        publisher.send(publish(2, 1, "t/a", "first") + publish(1, 2, "t/a", "second"));
        publisher.expect("50020001", "40020002");
        subscriber.expect(publish(2, 1, "t/a", "first"), publish(1, 2, "t/a", "second"));
      }
      Bed.eventually("it is away", () -> bed.endpoint.connectionCount() == 1);
      publisher.send(publish(1, 3, "t/a", "third") + publish(0, 0, "t/a", "not kept"));
      publisher.expect("40020003");
      try (RawClient subscriber = RawClient.v3(bed, "s", false)) {
        subscriber.expect("20020100");
        subscriber.expect(
            again(publish(2, 1, "t/a", "first")),
            again(publish(1, 2, "t/a", "second")),
            publish(1, 3, "t/a", "third"));
        subscriber.send("40020002" + "50020001");
        subscriber.expect("62020001");
      }
      try (RawClient subscriber = RawClient.v3(bed, "s", false)) {
        subscriber.expect("20020100", "62020001", again(publish(1, 3, "t/a", "third")));
        subscriber.send("70020001" + "40020003");
        subscriber.expectNothingButPong();
      }
      Bed.eventually(
          "only the session and its subscription are left", () -> bed.outlet.state().size() == 2);
    }
  }

  /// As if power had gone: another life has only what was on disk.
  @Test
  void aSessionSurvivesTheEdge() throws IOException {
    List<io.tributary.adapter.StateEntry> disk;
    try (Bed bed = Bed.of("");
        RawClient publisher = RawClient.v3(bed, "p", true);
        RawClient subscriber = RawClient.v3(bed, "s", false)) {
      publisher.expect(ACCEPTED);
      subscriber.expect(ACCEPTED);
      subscriber.send(subscribe(4, 1, "t/#", 2));
      subscriber.expect("9003000102");
      publisher.send(publish(2, 1, "t/a", "released") + publish(2, 2, "t/a", "sent"));
      publisher.expect("50020001", "50020002");
      subscriber.expect(publish(2, 1, "t/a", "released"), publish(2, 2, "t/a", "sent"));
      subscriber.send("50020001");
      subscriber.expect("62020001");
      disk = bed.outlet.state();
    }
    try (Bed bed = Bed.of("", disk);
        RawClient publisher = RawClient.v3(bed, "p", true)) {
      publisher.expect(ACCEPTED);
      publisher.send(publish(1, 1, "t/a", "later"));
      publisher.expect("40020001");
      try (RawClient subscriber = RawClient.v3(bed, "s", false)) {
        subscriber.expect("20020100");
        subscriber.expect(
            "62020001", again(publish(2, 2, "t/a", "sent")), publish(1, 3, "t/a", "later"));
        subscriber.send("70020001" + "50020002" + "40020003");
        subscriber.expect("62020002");
        subscriber.send("70020002");
        subscriber.expectNothingButPong();
      }
      Bed.eventually(
          "only the session and its subscription are left", () -> bed.outlet.state().size() == 2);
    }
  }

  @Test
  void aRetainedMessageIsSentToThoseWhoSubscribeLater() throws IOException {
    List<io.tributary.adapter.StateEntry> disk;
    try (Bed bed = Bed.of("");
        RawClient publisher = RawClient.v3(bed, "p", true)) {
      publisher.expect(ACCEPTED);
      publisher.send(retained(publish(1, 1, "t/a", "old")) + retained(publish(1, 2, "t/a", "new")));
      publisher.send(retained(publish(1, 3, "t/b", "gone")) + retained(publish(1, 4, "t/b", "")));
      publisher.expect("40020001", "40020002", "40020003", "40020004");
      disk = bed.outlet.state();
      assertEquals(List.of("old", "new", "gone", ""), bed.values("t"));
    }
    try (Bed bed = Bed.of("", disk);
        RawClient three = RawClient.v3(bed, "s", true);
        RawClient five = RawClient.v5(bed, "f", true, "")) {
      three.expect(ACCEPTED);
      three.send(subscribe(4, 1, "t/#", 1));
      three.expect("9003000101", retained(publish(1, 1, "t/a", "new")));
      five.expectWelcome(false);
      five.send(subscribe(5, 1, "t/a", 0x20)); // retain handling 2: never
      five.expect("900400010000");
      five.send(subscribe(5, 2, "t/+", 0x10)); // 1: when it is new
      five.expect("900400020000", retained(publish(0, 0, "t/a", "new", "")));
      five.send(subscribe(5, 3, "t/+", 0x10));
      five.expect("900400030000");
      five.expectNothingButPong();
    }
  }

  @Test
  void subscriptionsThatOverlapBringOneMessage() throws IOException {
    try (Bed bed = Bed.of(LOCAL);
        RawClient client = RawClient.v5(bed, "s", true, "")) {
      client.expectWelcome(false);
      client.send(packet(0x82, "0001" + "020b05" + string("local/+") + "01"));
      client.send(
          packet(0x82, "0002" + "020b07" + string("local/#") + "0a")); // QoS 2, retain as published
      client.expect("900400010001", "900400020002");
      client.send(retained(publish(2, 1, "local/a", "x", "")));
      List<String> came = new ArrayList<>(List.of(client.read(), client.read()));
      came.remove("50020001");
      assertEquals(List.of(retained(publish(2, 1, "local/a", "x", "0b070b05"))), came);
    }
  }

  @Test
  void whoDoesNotWantItsOwnDoesNotGetIt() throws IOException {
    try (Bed bed = Bed.of(LOCAL);
        RawClient client = RawClient.v5(bed, "s", true, "")) {
      client.expectWelcome(false);
      client.send(subscribe(5, 1, "local/#", 4));
      client.expect("900400010000");
      client.send(publish(0, 0, "local/a", "x", ""));
      client.expectNothingButPong();
    }
  }

  @Test
  void thoseWhoShareTakeTurns() throws IOException {
    try (Bed bed = Bed.of(LOCAL);
        RawClient one = RawClient.v5(bed, "1", true, "");
        RawClient two = RawClient.v5(bed, "2", true, "")) {
      one.expectWelcome(false);
      two.expectWelcome(false);
      one.send(subscribe(5, 1, "$share/g/local/#", 0));
      one.expect("900400010000");
      two.send(subscribe(5, 1, "$share/g/local/#", 0));
      two.expect("900400010000");
      String all = "";
      for (int i = 0; i < 4; i++) {
        all += publish(0, 0, "local/a", "m" + i, "");
      }
      one.send(all);
      two.expect(publish(0, 0, "local/a", "m0", ""), publish(0, 0, "local/a", "m2", ""));
      one.expect(publish(0, 0, "local/a", "m1", ""), publish(0, 0, "local/a", "m3", ""));
    }
  }

  @Test
  void propertiesGoWithTheMessage() throws IOException {
    String kept =
        "0101"
            + "03"
            + string("text")
            + "08"
            + string("local/r")
            + "09000101"
            + "26"
            + string("a")
            + string("b")
            + "26"
            + string("a")
            + string("c");
    try (Bed bed = Bed.of(LOCAL);
        RawClient three = RawClient.v3(bed, "3", true);
        RawClient five = RawClient.v5(bed, "5", true, "220001");
        RawClient publisher = RawClient.v5(bed, "p", true, "")) {
      three.expect(ACCEPTED);
      five.expectWelcome(false);
      publisher.expectWelcome(false);
      three.send(subscribe(4, 1, "local/#", 0));
      five.send(subscribe(5, 1, "local/#", 0));
      three.expect("9003000100");
      five.expect("900400010000");
      publisher.send(publish(0, 0, "local/a", "x", "0200000e10" + kept));
      three.expect(publish(0, 0, "local/a", "x"));
      five.expect(publish(0, 0, "local/a", "x", "0200000e10" + "230001" + kept));
      publisher.send(publish(0, 0, "local/a", "y", ""));
      five.expect(publish(0, 0, "", "y", "230001"));
    }
  }

  @Test
  void aMessageLargerThanTheClientTakesIsNotSent() throws IOException {
    try (Bed bed = Bed.of(LOCAL);
        RawClient client = RawClient.v5(bed, "s", true, "2700000040")) {
      client.expectWelcome(false);
      client.send(subscribe(5, 1, "local/#", 0));
      client.expect("900400010000");
      client.send(publish(0, 0, "local/a", "x".repeat(64), "") + publish(0, 0, "local/a", "y", ""));
      client.expect(publish(0, 0, "local/a", "y", ""));
      assertEquals(1, bed.count(Counter.TOO_LARGE_FOR_CLIENT));
    }
  }

  @Test
  void aWillIsPublishedWhenTheConnectionIsLost() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient subscriber = RawClient.v3(bed, "s", true)) {
      subscriber.expect(ACCEPTED);
      subscriber.send(subscribe(4, 1, "t/#", 1));
      subscriber.expect("9003000101");
      RawClient polite = new RawClient(bed);
      polite.send(
          packet(
              0x10,
              string("MQTT") + "04" + "0e" + "003c" + string("d") + string("t/w") + string("bye")));
      polite.expect(ACCEPTED);
      polite.send("e000");
      polite.expect("closed");
      try (RawClient dying = new RawClient(bed)) {
        dying.send(
            packet(
                0x10,
                string("MQTT")
                    + "04"
                    + "2e"
                    + "003c"
                    + string("d")
                    + string("t/w")
                    + string("dead")));
        dying.expect(ACCEPTED);
      }
      subscriber.expect(publish(1, 1, "t/w", "dead"));
      assertEquals(List.of("dead"), bed.values("t"));
      assertEquals(
          1,
          bed.endpoint
              .server()
              .broker()
              .retained()
              .matching(new io.tributary.adapter.mqtt.mapping.TopicFilter("t/w"), 0)
              .size());
    }
  }

  @Test
  void aWillIsPublishedWhenTheEdgeItselfWasLost() throws IOException {
    List<io.tributary.adapter.StateEntry> disk;
    try (Bed bed = Bed.of("");
        RawClient client = new RawClient(bed)) {
      client.send(
          packet(
              0x10,
              string("MQTT")
                  + "04"
                  + "0e"
                  + "003c"
                  + string("d")
                  + string("t/w")
                  + string("dead")));
      client.expect(ACCEPTED);
      disk = bed.outlet.state();
    }
    try (Bed bed = Bed.of("", disk)) {
      Bed.eventually("it is published", () -> bed.values("t").equals(List.of("dead")));
      Bed.eventually("nothing is left", () -> bed.outlet.state().isEmpty());
    }
  }

  @Test
  void aDelayedWillIsNotPublishedWhenTheClientIsBack() throws IOException {
    String connect =
        packet(
            0x10,
            string("MQTT")
                + "05"
                + "04"
                + "003c"
                + "05"
                + "1100000e10"
                + string("d")
                + "05"
                + "1800000001"
                + string("t/w")
                + string("dead"));
    try (Bed bed = Bed.of("")) {
      try (RawClient client = new RawClient(bed)) {
        client.send(connect);
        client.expectWelcome(false);
      }
      try (RawClient client = new RawClient(bed)) {
        client.send(connect);
        client.expectWelcome(true);
        client.send(publish(1, 1, "t/x", "alive", ""));
        client.expect("40020001");
      }
      Bed.eventually("only the second loss counts", () -> bed.values("t").contains("dead"));
      assertEquals(List.of("alive", "dead"), bed.values("t"));
    }
  }

  /// A class that is full and drops the newest has a Gap instead of the reading: it is nobody's, in no queue on disk either.
  @Test
  void aReadingThatWasDroppedIsNotDelivered() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient lasting = RawClient.v3(bed, "s", false);
        RawClient publisher = RawClient.v5(bed, "p", true, "")) {
      lasting.expect(ACCEPTED);
      publisher.expectWelcome(false);
      lasting.send(subscribe(4, 1, "t/#", 1));
      lasting.expect("9003000101");
      bed.outlet.refuse(reading -> Refused.QUOTA);
      publisher.send(retained(publish(1, 1, "t/a", "dropped", "")));
      publisher.expect("4003000197");
      bed.outlet.refuse(reading -> null);
      Bed.eventually(
          "nor is it retained on disk",
          () ->
              bed.outlet.state().stream().noneMatch(entry -> entry.key().startsWith("retained/")));
      publisher.send(publish(1, 2, "t/a", "kept", ""));
      publisher.expect("40020002");
      String kept = lasting.read();
      assertEquals(publish(1, 2, "t/a", "kept"), kept);
      lasting.send("40020002");
      assertEquals(List.of("kept"), bed.values("t"));
      Bed.eventually(
          "only the session and its subscription are left",
          () ->
              bed.outlet.state().stream()
                  .noneMatch(entry ->
                      entry.key().startsWith("queue/") || entry.key().startsWith("message/")));
    }
  }

  /// What a topic retained before a reading that was dropped is what it retains after the next start.
  @Test
  void aReadingThatWasDroppedDoesNotTakeThePlaceOfWhatIsRetained() throws IOException {
    List<StateEntry> onDisk;
    try (Bed bed = Bed.of("");
        RawClient publisher = RawClient.v5(bed, "p", true, "")) {
      publisher.expectWelcome(false);
      publisher.send(retained(publish(1, 1, "t/a", "first", "")));
      publisher.expect("40020001");
      bed.outlet.hold("normal");
      bed.outlet.refuse(reading ->
          new String(Objects.requireNonNull(reading.value()), UTF_8).startsWith("dropped")
              ? Refused.QUOTA
              : null);
      publisher.send(
          retained(publish(1, 2, "t/a", "dropped", ""))
              + retained(publish(1, 3, "t/b", "dropped as well", ""))
              + retained(publish(1, 4, "t/b", "second", "")));
      Bed.eventually("all wait for the disk", () -> bed.outlet.pending("normal") == 3);
      bed.outlet.go("normal");
      publisher.expect("4003000297");
      publisher.expect("4003000397");
      publisher.expect("40020004");
      publisher.send(publish(1, 5, "t/c", "behind it", ""));
      publisher.expect("40020005");
      Bed.eventually(
          "it is put back",
          () ->
              bed.outlet.state().stream()
                  .filter(entry -> entry.key().startsWith("retained/"))
                  .noneMatch(entry -> new String(entry.value(), UTF_8).contains("dropped")));
      onDisk = bed.outlet.state();
    }
    try (Bed bed = Bed.of("", onDisk);
        RawClient late = RawClient.v3(bed, "s", true)) {
      late.expect(ACCEPTED);
      late.send(subscribe(4, 1, "t/#", 0));
      late.expect("9003000100");
      late.expect(retained(publish(0, 0, "t/a", "first")));
      late.expect(retained(publish(0, 0, "t/b", "second")));
    }
  }

  /// Nobody who asks for much to be kept stops the readings of others.
  @Test
  void whereNoMoreStateIsKeptReadingsGoOn() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient lasting = RawClient.v5(bed, "s", false, "1100000e10");
        RawClient publisher = RawClient.v3(bed, "p", true)) {
      lasting.expectWelcome(false);
      publisher.expect(ACCEPTED);
      lasting.send(subscribe(5, 1, "t/a", 1));
      lasting.expect("900400010001");
      bed.outlet.keepNoMore();
      lasting.send(subscribe(5, 2, "t/b", 1));
      lasting.expect("900400020097");
      publisher.send(retained(publish(1, 1, "t/a", "x")) + publish(0, 0, "t/a", "y"));
      publisher.expect("40020001");
      lasting.expect(publish(0, 0, "t/a", "y", ""));
      assertEquals(List.of("x", "y"), bed.values("t"));
      assertEquals(1, bed.count(Counter.QUEUE_FULL));
      assertEquals(1, bed.count(Counter.RETAINED_FULL));
      try (RawClient another = RawClient.v5(bed, "n", false, "1100000e10")) {
        another.expectRefusal(Reason.QUOTA_EXCEEDED);
      }
    }
  }

  @Test
  void theServerTellsOfItself() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient client = RawClient.v3(bed, "s", true)) {
      client.expect(ACCEPTED);
      Bed.eventually("it has told", () -> bed.endpoint.server().broker().retained().count() > 0);
      client.send(subscribe(4, 1, "$SYS/broker/version", 0));
      client.expect("9003000100", retained(publish(0, 0, "$SYS/broker/version", "tributary")));
    }
  }

  private static String again(String publish) {
    return flagged(publish, 8);
  }

  private static String retained(String publish) {
    return flagged(publish, 1);
  }

  private static String flagged(String publish, int flag) {
    return RawClient.hex(Integer.parseInt(publish.substring(0, 2), 16) | flag)
        + publish.substring(2);
  }
}
