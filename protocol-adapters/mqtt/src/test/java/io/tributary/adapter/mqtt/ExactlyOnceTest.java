package io.tributary.adapter.mqtt;

import static io.tributary.adapter.mqtt.RawClient.ACCEPTED;
import static io.tributary.adapter.mqtt.RawClient.publish;
import static io.tributary.adapter.mqtt.RawClient.pubrel;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.adapter.Refused;
import io.tributary.adapter.StateEntry;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// QoS 2 over lost answers, new connections and new lives of the edge: a publish is in the log once.
class ExactlyOnceTest {
  private static final String ACCEPTED_WITH_SESSION = "20020100";

  /// The DUP flag of a QoS 2 publish.
  private static String again(String publish) {
    return "3c" + publish.substring(2);
  }

  @Test
  void aPublishThatIsSentAgainIsTakenOnceAlsoWhileItStillWaits() throws IOException {
    String publish = publish(2, 5, "t", "once");
    try (Bed bed = Bed.of("")) {
      try (RawClient client = RawClient.v3(bed, "a", false)) {
        client.expect(ACCEPTED);
        bed.outlet.hold("normal");
        client.send(publish);
        Bed.eventually("it waits", () -> bed.outlet.pending("normal") == 1);
      }
      try (RawClient client = RawClient.v3(bed, "a", false)) {
        client.expect(ACCEPTED_WITH_SESSION);
        client.send(again(publish));
        client.expectNothingButPong();
        assertEquals(1, bed.outlet.pending("normal"));
        bed.outlet.go("normal");
        client.expect("50020005");
        client.send(pubrel(5));
        client.expect("70020005");
      }
      assertEquals(List.of("once"), bed.values("t"));
      assertEquals(1, bed.count(Counter.DUPLICATES));
    }
  }

  @Test
  void aPublishWhosePubrecWasLostIsAnsweredAndNotTakenAgain() throws IOException {
    String publish = publish(2, 5, "t", "once");
    try (Bed bed = Bed.of("")) {
      try (RawClient client = RawClient.v3(bed, "a", false)) {
        client.expect(ACCEPTED);
        client.send(publish);
        client.expect("50020005");
        client.send(again(publish));
        client.expect("50020005");
      }
      try (RawClient client = RawClient.v3(bed, "a", false)) {
        client.expect(ACCEPTED_WITH_SESSION);
        client.send(again(publish));
        client.expect("50020005");
        client.send(pubrel(5));
        client.expect("70020005");
        client.send(publish(2, 5, "t", "another"));
        client.expect("50020005");
      }
      assertEquals(List.of("once", "another"), bed.values("t"));
    }
  }

  @Test
  void aPublishIsRecognisedByTheNextLifeOfTheEdge() throws IOException {
    String publish = publish(2, 5, "alarms/fire", "once");
    List<StateEntry> disk;
    try (Bed bed = Bed.of("");
        RawClient client = RawClient.v3(bed, "a", false)) {
      client.expect(ACCEPTED);
      client.send(publish + publish(2, 6, "t", "other"));
      client.expect("50020005", "50020006");
      disk = bed.outlet.state();
    }
    assertEquals(
        List.of("normal", "normal", "alarm"), disk.stream().map(StateEntry::className).toList());

    try (Bed bed = Bed.of("", disk);
        RawClient client = RawClient.v3(bed, "a", false)) {
      client.expect(ACCEPTED_WITH_SESSION);
      client.send(again(publish) + again(publish(2, 6, "t", "other")));
      client.expect("50020005", "50020006");
      client.send(pubrel(5) + pubrel(6));
      client.expect("70020005", "70020006");
      assertEquals(List.of(), bed.outlet.durable());
      assertEquals(1, bed.outlet.state().size(), "the session alone is left");
      client.send(publish(2, 5, "t", "new"));
      client.expect("50020005");
      assertEquals(List.of("new"), bed.values("t"));
    }
  }

  @Test
  void isCompleteOnlyWhenTheReleaseIsDurable() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient client = RawClient.v3(bed, "a", false)) {
      client.expect(ACCEPTED);
      client.send(publish(2, 5, "t", "once"));
      client.expect("50020005");
      bed.outlet.hold("normal");
      client.send(pubrel(5));
      Bed.eventually("the release waits", () -> bed.outlet.pending("normal") == 1);
      client.expectNothingButPong();
      assertEquals(2, bed.outlet.state().size());

      bed.outlet.go("normal");
      client.expect("70020005");
      assertEquals(1, bed.outlet.state().size());
    }
  }

  @Test
  void aReleaseThatIsSentAgainIsAnsweredOnceEachTime() throws IOException {
    try (Bed bed = Bed.of("")) {
      try (RawClient client = RawClient.v3(bed, "a", false)) {
        client.expect(ACCEPTED);
        client.send(publish(2, 5, "t", "once"));
        client.expect("50020005");
        bed.outlet.hold("normal");
        client.send(pubrel(5));
        Bed.eventually("the release waits", () -> bed.outlet.pending("normal") == 1);
      }
      try (RawClient client = RawClient.v3(bed, "a", false)) {
        client.expect(ACCEPTED_WITH_SESSION);
        client.send(pubrel(5));
        client.expectNothingButPong();
        assertEquals(1, bed.outlet.pending("normal"));
        bed.outlet.go("normal");
        client.expect("70020005");
      }
      try (RawClient client = RawClient.v3(bed, "a", false)) {
        client.expect(ACCEPTED_WITH_SESSION);
        client.send(pubrel(5));
        client.expect("70020005");
      }
    }
  }

  @Test
  void aReleaseThatBecameDurableUnseenFreesItsIdentifier() throws IOException {
    try (Bed bed = Bed.of("")) {
      try (RawClient client = RawClient.v3(bed, "a", false)) {
        client.expect(ACCEPTED);
        client.send(publish(2, 5, "t", "once"));
        client.expect("50020005");
        bed.outlet.hold("normal");
        client.send(pubrel(5));
        Bed.eventually("the release waits", () -> bed.outlet.pending("normal") == 1);
      }
      bed.outlet.go("normal");
      Bed.eventually("it is durable", () -> bed.outlet.state().size() == 1);
      try (RawClient client = RawClient.v3(bed, "a", false)) {
        client.expect(ACCEPTED_WITH_SESSION);
        client.send(publish(2, 5, "t", "next"));
        client.expect("50020005");
      }
      assertEquals(List.of("once", "next"), bed.values("t"));
    }
  }

  @Test
  void anUnknownReleaseIsAnsweredAsItsVersionPrescribes() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient three = RawClient.v3(bed, "a", true);
        RawClient five = RawClient.v5(bed, "b", true, "")) {
      three.expect(ACCEPTED);
      three.send(pubrel(9));
      three.expect("70020009");
      five.expectWelcome(false);
      five.send(pubrel(9));
      five.expect("7003000992");
    }
  }

  @Test
  void aReleaseBeforeItsPubrecIsAProtocolError() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient client = RawClient.v5(bed, "b", true, "")) {
      client.expectWelcome(false);
      bed.outlet.hold("normal");
      client.send(publish(2, 1, "t", "x", "") + pubrel(1));
      client.expectDisconnect(Reason.PROTOCOL_ERROR);
    }
  }

  @Test
  void aCleanSessionForgetsTheIdentifiersOnDiskToo() throws IOException {
    try (Bed bed = Bed.of("")) {
      try (RawClient client = RawClient.v3(bed, "a", false)) {
        client.expect(ACCEPTED);
        client.send(publish(2, 5, "t", "once"));
        client.expect("50020005");
      }
      try (RawClient client = RawClient.v3(bed, "a", true)) {
        client.expect(ACCEPTED);
        client.send(publish(2, 5, "t", "another"));
        client.expect("50020005");
      }
      Bed.eventually("nothing is left", () -> bed.outlet.state().isEmpty());
      assertEquals(List.of("once", "another"), bed.values("t"));
    }
  }

  @Test
  void aSessionIsWelcomedOnlyWhenTheEndOfTheOldOneIsDurable() throws IOException {
    try (Bed bed = Bed.of("")) {
      try (RawClient client = RawClient.v3(bed, "a", false)) {
        client.expect(ACCEPTED);
      }
      bed.outlet.hold("normal");
      try (RawClient client = RawClient.v3(bed, "a", true)) {
        client.send(publish(1, 1, "t", "early"));
        Bed.eventually("the end waits", () -> bed.outlet.pending("normal") == 1);
        assertEquals(1, bed.outlet.state().size());
        bed.outlet.go("normal");
        client.expect(ACCEPTED, "40020001");
      }
    }
  }

  @Test
  void identifiersOfASessionThatIsGoneDoNotComeBack() throws IOException {
    List<StateEntry> before;
    List<StateEntry> after;
    try (Bed bed = Bed.of("")) {
      try (RawClient client = RawClient.v3(bed, "a", false)) {
        client.expect(ACCEPTED);
        client.send(publish(2, 5, "alarms/x", "once"));
        client.expect("50020005");
        before = bed.outlet.state();
      }
      try (RawClient client = RawClient.v3(bed, "a", true)) {
        client.expect(ACCEPTED);
      }
      try (RawClient client = RawClient.v3(bed, "a", false)) {
        client.expect(ACCEPTED);
        after = bed.outlet.state();
      }
    }
    // The power goes after the new session is on disk and before the old identifier is removed.
    List<StateEntry> disk =
        java.util.stream.Stream.concat(
                after.stream().filter(e -> e.key().startsWith("session/")),
                before.stream().filter(e -> e.key().startsWith("received/")))
            .toList();
    assertEquals(2, disk.size());
    try (Bed bed = Bed.of("", disk);
        RawClient client = RawClient.v3(bed, "a", false)) {
      client.expect(ACCEPTED_WITH_SESSION);
      client.send(publish(2, 5, "alarms/x", "new"));
      client.expect("50020005");
      assertEquals(List.of("new"), bed.values("alarms"));
      client.send(pubrel(5));
      client.expect("70020005");
      Bed.eventually("the leftover is removed", () -> bed.outlet.state().size() == 1);
    }
  }

  @Test
  void aSessionThatEndsWithItsConnectionWritesNoState() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient three = RawClient.v3(bed, "a", true);
        RawClient five = RawClient.v5(bed, "b", false, "")) {
      three.expect(ACCEPTED);
      five.expectWelcome(false);
      three.send(publish(2, 5, "t", "x"));
      five.send(publish(2, 5, "t", "y", ""));
      three.expect("50020005");
      five.expect("50020005");
      assertEquals(List.of(), bed.outlet.state());
      three.send(pubrel(5));
      three.expect("70020005");
    }
  }

  @Test
  void aSessionOfVersion5LastsAsLongAsItsExpirySays() throws IOException {
    String oneSecond = "1100000001";
    try (Bed bed = Bed.of("")) {
      try (RawClient client = RawClient.v5(bed, "a", false, oneSecond)) {
        client.expectWelcome(false);
        client.send(publish(2, 5, "t", "x", ""));
        client.expect("50020005");
      }
      try (RawClient client = RawClient.v5(bed, "a", false, oneSecond)) {
        client.expectWelcome(true);
      }
      Bed.eventually("it expires on disk", () -> bed.outlet.state().isEmpty());
      try (RawClient client = RawClient.v5(bed, "a", false, oneSecond)) {
        client.expectWelcome(false);
      }
    }
  }

  @Test
  void aDisconnectMayEndASession() throws IOException {
    try (Bed bed = Bed.of("")) {
      try (RawClient client = RawClient.v5(bed, "a", false, "1100000e10")) {
        client.expectWelcome(false);
        assertEquals(1, bed.outlet.state().size());
        client.send("e007" + "00" + "05" + "1100000000");
        client.expect("closed");
      }
      Bed.eventually("it ended", () -> bed.outlet.state().isEmpty());
      try (RawClient client = RawClient.v5(bed, "a", false, "")) {
        client.expectWelcome(false);
        client.send("e007" + "00" + "05" + "1100000010");
        client.expectDisconnect(Reason.PROTOCOL_ERROR);
      }
    }
  }

  @Test
  void aPublishThatFoundNoRoomBeforeItsConnectionBrokeIsTakenWhenItComesAgain() throws IOException {
    try (Bed bed = Bed.of("")) {
      try (RawClient client = RawClient.v3(bed, "a", false)) {
        client.expect(ACCEPTED);
        long before = bed.count(Counter.PAUSES); // a client waits for its session, too
        bed.outlet.hold("normal");
        bed.outlet.limit(1);
        client.send(publish(2, 1, "t", "one") + publish(2, 2, "t", "two"));
        Bed.eventually("it is paused", () -> bed.count(Counter.PAUSES) > before);
      }
      // A paused connection does not see its end: the client takes over.
      try (RawClient client = RawClient.v3(bed, "a", false)) {
        client.expect(ACCEPTED_WITH_SESSION);
        bed.outlet.go("normal");
        client.send(again(publish(2, 1, "t", "one")) + again(publish(2, 2, "t", "two")));
        client.expect("50020001", "50020002");
        assertEquals(List.of("one", "two"), bed.values("t"));
      }
    }
  }

  @Test
  void theIdentifierOfADroppedPublishIsFreeOnDiskBeforeItsClientHearsSo() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient client = RawClient.v5(bed, "a", false, "1100000e10")) {
      client.expectWelcome(false);
      bed.outlet.refuse(reading -> Refused.QUOTA);
      bed.outlet.hold("normal");
      client.send(publish(2, 5, "t", "dropped", "") + publish(1, 6, "t", "too", ""));
      Bed.eventually("both wait", () -> bed.outlet.pending("normal") == 2);
      bed.outlet.goOnce("normal");
      Bed.eventually("the word of it waits", () -> bed.outlet.pending("normal") == 1);
      client.expectNothingButPong();
      bed.outlet.go("normal");
      client.expect("5003000597", "4003000697");
      assertEquals(1, bed.outlet.state().size(), "the session alone is left");

      bed.outlet.refuse(reading -> null);
      client.send(publish(2, 5, "t", "kept", ""));
      client.expect("50020005");
      assertEquals(List.of("kept"), bed.values("t"));
    }
  }

  @Test
  void aDroppedPublishOfVersion3IsReleasedOnDiskToo() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient client = RawClient.v3(bed, "a", false)) {
      client.expect(ACCEPTED);
      bed.outlet.refuse(reading -> Refused.QUOTA);
      client.send(publish(2, 5, "t", "dropped"));
      client.expect("50020005");
      client.send(again(publish(2, 5, "t", "dropped")));
      client.expect("50020005");
      client.send(pubrel(5));
      client.expect("70020005");
      assertEquals(1, bed.outlet.state().size(), "the session alone is left");
      assertEquals(1, bed.count(Counter.REFUSED_QUOTA));
    }
  }
}
