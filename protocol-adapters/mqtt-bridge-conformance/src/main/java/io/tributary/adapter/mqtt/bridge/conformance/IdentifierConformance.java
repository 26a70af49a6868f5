package io.tributary.adapter.mqtt.bridge.conformance;

import static io.tributary.adapter.mqtt.bridge.conformance.BridgeBed.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a bridge makes of the identifiers of QoS 2, also where a broker uses them as no broker should: extend it, and say with which
/// client.
public abstract class IdentifierConformance {
  private static final int PUBREC = 5;
  private static final int PUBCOMP = 7;

  /// The words of the keys `client` and `version`.
  protected abstract String client();

  protected abstract String version();

  /// For a subclass only.
  protected IdentifierConformance() {}

  /// The journal could not forget the identifiers of the session that is gone: nothing is taken before it has.
  @Test
  void aSessionThatIsGoneIsForgottenBeforeAnythingIsTaken() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker();
        BridgeBed bed = bedOf(broker)) {
      try (ScriptedBroker.Connection first = broker.accept(false)) {
        first.publish(1, false, "t/a", "one");
        first.read(PUBREC);
      }
      eventually("the connection is gone", () -> bed.summary().startsWith("not connected"));
      bed.outlet.failNextChange();
      try (ScriptedBroker.Connection second = broker.acceptOnly(false)) {
        second.awaitEnd();
      }
      assertEquals(1, bed.outlet.state().size());
      try (ScriptedBroker.Connection third = broker.acceptOnly(true)) {
        third.takeSubscriptions();
        assertEquals(List.of(), bed.outlet.state());
        third.publish(1, true, "t/a", "one");
        third.read(PUBREC);
        assertEquals(List.of("one", "one"), bed.values("t"));
      }
    }
  }

  /// Mosquitto 2.0 does so after 65,535 messages, when it sends old ones again.
  @Test
  void anIdentifierThatIsUsedAnewBeforeItsReleaseIsAnotherMessage() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker();
        BridgeBed bed = bedOf(broker);
        ScriptedBroker.Connection connection = broker.accept(false)) {
      connection.publish(1, false, "t/a", "one");
      connection.read(PUBREC);
      bed.outlet.hold("normal");
      connection.publish(1, false, "t/a", "two");
      eventually("it is on its way", () -> bed.outlet.pending("normal") == 1);
      connection.send("62020001"); // of the first
      eventually("it has come", () -> bed.count("releasedQos2") == 1);
      bed.outlet.go("normal");
      connection.readBoth(PUBCOMP, PUBREC);
      connection.send("62020001");
      connection.read(PUBCOMP);
      assertEquals(List.of("one", "two"), bed.values("t"));
      assertEquals(1, bed.count("identifiersReused"));
      assertEquals(0, bed.count("connectionsLost"));
      assertEquals(List.of(), bed.outlet.state());
    }
  }

  @Test
  void anIdentifierThatIsUsedAnewBeforeItsPubcompIsAnotherMessage() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker();
        BridgeBed bed = bedOf(broker);
        ScriptedBroker.Connection connection = broker.accept(false)) {
      connection.publish(1, false, "t/a", "one");
      connection.read(PUBREC);
      bed.outlet.hold("normal");
      connection.send("62020001");
      eventually("it waits to be forgotten", () -> bed.outlet.pending("normal") == 1);
      connection.publish(1, false, "t/a", "two");
      eventually("it is on its way", () -> bed.outlet.pending("normal") == 2);
      bed.outlet.go("normal");
      connection.readBoth(PUBCOMP, PUBREC);
      assertEquals(1, bed.outlet.state().size());
      connection.send("62020001");
      connection.read(PUBCOMP);
      assertEquals(List.of("one", "two"), bed.values("t"));
      assertEquals(List.of(), bed.outlet.state());
    }
  }

  /// Which the standard allows only over another connection (MQTT 5, section 4.4).
  @Test
  void aReleaseThatIsSentTwiceIsAnsweredTwiceAndIsOfOneMessage() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker();
        BridgeBed bed = bedOf(broker);
        ScriptedBroker.Connection connection = broker.accept(false)) {
      connection.publish(1, false, "t/a", "one");
      connection.read(PUBREC);
      bed.outlet.hold("normal");
      connection.send("62020001");
      eventually("it waits to be forgotten", () -> bed.outlet.pending("normal") == 1);
      connection.send("62020001");
      eventually("it has come again", () -> bed.count("releasedQos2") == 2);
      bed.outlet.go("normal");
      connection.read(PUBCOMP);
      connection.read(PUBCOMP);
      connection.publish(1, false, "t/a", "two");
      assertEquals(PUBREC, connection.readNext());
      connection.send("62020001");
      assertEquals(PUBCOMP, connection.readNext());
      assertEquals(List.of("one", "two"), bed.values("t"));
      assertEquals(List.of(), bed.outlet.state());
    }
  }

  /// Mosquitto 2.0.11 sends, for the PUBCOMP of the first message under way, as many more as the receive maximum, however many
  /// are under way: from twice as many on, the first wait, one fewer than that.
  @Test
  void aBrokerThatRunsAheadGetsThePubcompsOfTheFirstMessagesLast() throws Exception {
    int maximum = 5;
    int messages = 2 * maximum;
    try (ScriptedBroker broker = new ScriptedBroker();
        BridgeBed bed = bedOf(broker, maximum);
        ScriptedBroker.Connection connection = broker.accept(false)) {
      for (int id = 1; id <= messages; id++) {
        connection.publish(id, false, "t/a", "n" + id);
      }
      for (int id = 1; id <= messages; id++) {
        connection.read(PUBREC);
      }
      for (int id = 1; id <= messages; id++) {
        connection.send("620200%02x".formatted(id));
      }
      List<Integer> completed = new ArrayList<>();
      for (int i = 0; i < messages; i++) {
        completed.add((int) connection.read(PUBCOMP)[1]);
      }
      assertEquals(List.of(5, 6, 7, 8, 9, 10, 1, 2, 3, 4), completed);
      assertEquals(messages, bed.values("t").size());
      assertEquals(List.of(), bed.outlet.state());
    }
  }

  /// Mosquitto 2.0 does so when it is ended between PUBREL and PUBCOMP, now and then.
  @Test
  void whatIsSentAgainAfterItsReleaseIsLoggedOnce() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker();
        BridgeBed bed = bedOf(broker)) {
      try (ScriptedBroker.Connection first = broker.accept(false)) {
        first.publish(1, false, "t/a", "one");
        first.read(PUBREC);
        bed.outlet.hold("normal");
        first.send("62020001");
        eventually("it waits to be forgotten", () -> bed.outlet.pending("normal") == 1);
      }
      eventually("the connection is gone", () -> bed.summary().startsWith("not connected"));
      bed.outlet.go("normal");
      eventually("it is forgotten", () -> bed.outlet.state().isEmpty());
      try (ScriptedBroker.Connection second = broker.accept(true)) {
        second.publish(1, true, "t/a", "one");
        second.read(PUBREC);
        assertEquals(1, bed.outlet.state().size());
        second.send("62020001");
        second.read(PUBCOMP);
        assertEquals(List.of(), bed.outlet.state());
        second.publish(1, false, "t/a", "one");
        second.read(PUBREC);
        second.send("62020001");
        second.read(PUBCOMP);
        assertEquals(List.of("one", "one"), bed.values("t"));
        assertEquals(1, bed.count("duplicatesQos2"));
      }
    }
  }

  /// Mosquitto 2.0.11 does so when it was ended before it had read PUBCOMP. It gives identifiers one after the other.
  @Test
  void whatIsSentAgainAfterItsCompletionIsLoggedOnceWhereIdentifiersCountUp() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker();
        BridgeBed bed = bedOf(broker)) {
      try (ScriptedBroker.Connection first = broker.accept(false)) {
        for (int id = 1; id <= 3; id++) {
          handOver(first, id, false);
        }
      }
      try (ScriptedBroker.Connection second = broker.accept(true)) {
        handOver(second, 3, true);
        // A broker of MQTT 3.1.1 does not know the receive maximum: it may be another message.
        int repeats = version().equals("5") ? 1 : 0;
        assertEquals(repeats, bed.count("duplicatesQos2"));
        assertEquals(4 - repeats, bed.values("t").size());
        assertEquals(1 - repeats, bed.count("inDoubtQos2"));
        handOver(second, 4, true); // was lost with the connection
        assertEquals(5 - repeats, bed.values("t").size());
      }
    }
  }

  /// The broker takes the lowest free identifier: this is another message.
  @Test
  void anIdentifierThatIsUsedAgainIsAnotherMessage() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker();
        BridgeBed bed = bedOf(broker)) {
      try (ScriptedBroker.Connection first = broker.accept(false)) {
        handOver(first, 1, false);
        handOver(first, 2, false);
      }
      try (ScriptedBroker.Connection second = broker.accept(true)) {
        handOver(second, 1, true);
        assertEquals(List.of("same", "same", "same"), bed.values("t"));
      }
    }
  }

  private BridgeBed bedOf(ScriptedBroker broker) throws IOException {
    return bedOf(broker, 2);
  }

  private BridgeBed bedOf(ScriptedBroker broker, int receiveMaximum) throws IOException {
    return BridgeBed.of(
        """
        address: %s
        client: %s
        version: '%s'
        client-id: edge
        receive-maximum: %d
        subscriptions: [{filter: '#', qos: 2}]
        """
            .formatted(broker.address(), client(), version(), receiveMaximum),
        List.of());
  }

  private static void handOver(ScriptedBroker.Connection to, int id, boolean duplicate)
      throws IOException {
    to.publish(id, duplicate, "t/a", "same");
    to.read(PUBREC);
    to.send("6202000" + id);
    to.read(PUBCOMP);
  }
}
