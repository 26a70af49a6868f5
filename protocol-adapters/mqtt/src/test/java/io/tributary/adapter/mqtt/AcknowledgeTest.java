package io.tributary.adapter.mqtt;

import static io.tributary.adapter.mqtt.RawClient.ACCEPTED;
import static io.tributary.adapter.mqtt.RawClient.publish;
import static io.tributary.adapter.mqtt.RawClient.pubrel;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.Refused;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AcknowledgeTest {
  @Test
  void acknowledgesOnlyWhatIsDurable() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient client = RawClient.v3(bed, "a", true)) {
      client.expect(ACCEPTED);
      bed.outlet.hold("normal");
      client.send(publish(1, 7, "t", "one") + publish(2, 8, "t", "two"));
      Bed.eventually("both are queued", () -> bed.outlet.pending("normal") == 2);
      client.expectNothingButPong();
      assertEquals(List.of(), bed.values("t"));

      bed.outlet.go("normal");
      client.expect("40020007", "50020008");
      assertEquals(List.of("one", "two"), bed.values("t"));
      client.send(pubrel(8));
      client.expect("70020008");
    }
  }

  @Test
  void acknowledgesInTheOrderOfArrivalAcrossClasses() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient client = RawClient.v3(bed, "a", true)) {
      client.expect(ACCEPTED);
      bed.outlet.hold("normal");
      client.send(publish(1, 1, "t", "slow") + publish(1, 2, "alarms/fire", "fast"));
      Bed.eventually("the alarm is durable", () -> bed.values("alarms").size() == 1);
      client.expectNothingButPong();

      bed.outlet.go("normal");
      client.expect("40020001", "40020002");
    }
  }

  @Test
  void takesQos0WithoutAnswer() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient client = RawClient.v3(bed, "a", true)) {
      client.expect(ACCEPTED);
      client.send(publish(0, 0, "t", "x"));
      Bed.eventually("it is durable", () -> bed.values("t").equals(List.of("x")));
      client.expectNothingButPong();
      assertEquals(1, bed.count(Counter.PUBLISHED_QOS_0));
    }
  }

  @Test
  void takesPacketsThatComeByteByByte() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient client = new RawClient(bed)) {
      client.sendByteByByte(RawClient.connect(4, "a", true, ""));
      client.expect(ACCEPTED);
      client.sendByteByByte(publish(1, 1, "t", "one") + publish(0, 0, "t", "two"));
      client.sendByteByByte(publish(2, 3, "t", "three"));
      client.expect("40020001", "50020003");
      client.sendByteByByte(pubrel(3));
      client.expect("70020003");
      assertEquals(List.of("one", "two", "three"), bed.values("t"));
    }
  }

  @Test
  void pausesAClientOfVersion3AtItsWindowAndGoesOnInOrder() throws IOException {
    try (Bed bed = Bed.of("receive-maximum: 10\n");
        RawClient client = RawClient.v3(bed, "a", true)) {
      client.expect(ACCEPTED);
      bed.outlet.hold("normal");
      StringBuilder all = new StringBuilder();
      List<String> expected = new ArrayList<>();
      for (int i = 1; i <= 500; i++) {
        all.append(publish(1, i, "t", "v" + i));
        expected.add("v" + i);
      }
      client.send(all.toString());
      Bed.eventually("its window is full", () -> bed.count(Counter.PAUSES) > 0);
      assertEquals(10, bed.outlet.pending("normal"));

      bed.outlet.go("normal");
      for (int i = 1; i <= 500; i++) {
        client.expect("4002" + RawClient.hex16(i));
      }
      assertEquals(expected, bed.values("t"));
    }
  }

  @Test
  void refusesAClientOfVersion5ThatExceedsTheReceiveMaximum() throws IOException {
    try (Bed bed = Bed.of("receive-maximum: 2\n");
        RawClient client = RawClient.v5(bed, "a", true, "")) {
      client.expectWelcome(false);
      bed.outlet.hold("normal");
      client.send(publish(1, 1, "t", "x", "") + publish(1, 2, "t", "x", ""));
      client.send(publish(1, 3, "t", "x", ""));
      client.expectDisconnect(Reason.RECEIVE_MAXIMUM_EXCEEDED);
    }
  }

  @Test
  void aClientOfVersion5MayUseItsWindowAgainOnceAnswered() throws IOException {
    try (Bed bed = Bed.of("receive-maximum: 2\n");
        RawClient client = RawClient.v5(bed, "a", true, "")) {
      client.expectWelcome(false);
      for (int i = 1; i <= 10; i++) {
        client.send(publish(1, 1, "t", "x", "") + publish(2, 2, "t", "y", ""));
        client.expect("40020001", "50020002");
        client.send(pubrel(2));
        client.expect("70020002");
      }
      assertEquals(20, bed.values("t").size());
    }
  }

  @Test
  void stopsReadingWhenTheJournalHasNoRoomAndLosesNothing() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient one = RawClient.v3(bed, "a", true);
        RawClient two = RawClient.v3(bed, "b", true)) {
      one.expect(ACCEPTED);
      two.expect(ACCEPTED);
      bed.outlet.hold("normal");
      bed.outlet.limit(5);
      StringBuilder all = new StringBuilder();
      List<String> expected = new ArrayList<>();
      for (int i = 1; i <= 3000; i++) {
        all.append(publish(0, 0, "t", "v" + i));
        expected.add("v" + i);
      }
      one.send(all.toString());
      Bed.eventually("one waits", () -> bed.count(Counter.PAUSES) == 1);
      two.send(publish(1, 1, "t/two", "other"));
      Bed.eventually("both wait", () -> bed.count(Counter.PAUSES) == 2);

      bed.outlet.go("normal");
      two.expect("40020001");
      Bed.eventually("all came", () -> bed.values("t").size() == 3001);
      List<String> values = new ArrayList<>(bed.values("t"));
      values.remove("other");
      assertEquals(expected, values);
    }
  }

  @Test
  void answersADroppedPublishAsItsVersionCan() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient three = RawClient.v3(bed, "a", true);
        RawClient five = RawClient.v5(bed, "b", true, "")) {
      three.expect(ACCEPTED);
      five.expectWelcome(false);
      bed.outlet.refuse(reading -> Refused.QUOTA);
      three.send(publish(1, 1, "t", "x") + publish(2, 2, "t", "x"));
      three.expect("40020001", "50020002");
      three.send(pubrel(2));
      three.expect("70020002");
      five.send(publish(1, 1, "t", "x", "") + publish(2, 2, "t", "x", ""));
      five.expect("4003000197", "5003000297");
      // The identifier is free again.
      bed.outlet.refuse(reading -> null);
      five.send(publish(2, 2, "t", "y", ""));
      five.expect("50020002");
      assertEquals(List.of("y"), bed.values("t"));
      assertEquals(4, bed.count(Counter.REFUSED_QUOTA));
    }
  }

  @Test
  void closesInsteadOfAcknowledgingWhatTheJournalCouldNotWrite() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient three = RawClient.v3(bed, "a", true);
        RawClient five = RawClient.v5(bed, "b", true, "")) {
      three.expect(ACCEPTED);
      five.expectWelcome(false);
      bed.outlet.refuse(reading -> Refused.FAILED);
      three.send(publish(1, 1, "t", "x"));
      three.expect("closed");
      five.send(publish(1, 1, "t", "x", ""));
      five.expectDisconnect(Reason.IMPLEMENTATION_SPECIFIC_ERROR);
      assertEquals(2, bed.count(Counter.REFUSED_FAILED));
    }
  }

  @Test
  void tellsTheJournalsWhenAllSourcesAreBlocked() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient client = RawClient.v3(bed, "a", true)) {
      client.expect(ACCEPTED);
      String window = publish(1, 1, "t", "x") + publish(1, 2, "t", "x") + publish(1, 3, "t", "x");
      client.send(window);
      client.expect("40020001", "40020002", "40020003");
      Bed.eventually("none waits", () -> bed.outlet.sources() == 0 && bed.outlet.blocked() == 0);
      bed.outlet.hold("normal");
      client.send(publish(1, 1, "t", "x"));
      Bed.eventually("one waits", () -> bed.outlet.sources() == 1);
      assertEquals(0, bed.outlet.blocked(), "it has sent more at a time before");
      client.send(publish(1, 2, "t", "x") + publish(1, 3, "t", "x"));
      Bed.eventually("its window is full", () -> bed.outlet.blocked() == 1);
      bed.outlet.go("normal");
      client.expect("40020001", "40020002", "40020003");
      Bed.eventually("none waits", () -> bed.outlet.sources() == 0 && bed.outlet.blocked() == 0);
    }
  }

  @Test
  void aClientThatDoesNotReadItsAnswersIsNotReadEither() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient client = RawClient.v3(bed, "a", true)) {
      client.expect(ACCEPTED);
      Thread sender =
          new Thread(() -> {
            try {
              String pings = "c000".repeat(50_000);
              for (int i = 0; i < 400; i++) {
                client.send(pings);
              }
            } catch (IOException closed) {
              // The end of the test.
            }
          });
      sender.setDaemon(true);
      sender.start();
      Bed.eventually("it is paused", () -> bed.count(Counter.PAUSES) > 0);
      assertTrue(sender.isAlive());
    }
  }
}
