package io.tributary.adapter.mqtt;

import static io.tributary.adapter.mqtt.RawClient.ACCEPTED;
import static io.tributary.adapter.mqtt.RawClient.connect;
import static io.tributary.adapter.mqtt.RawClient.publish;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Two connections that bear one client identifier: the one that was opened last stays.
class TakeOverTest {
  @Test
  void aSecondConnectionOfAClientTakesOver() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient first = RawClient.v5(bed, "a", true, "")) {
      first.expectWelcome(false);
      try (RawClient second = RawClient.v3(bed, "a", true)) {
        second.expect(ACCEPTED);
        first.expectDisconnect(Reason.SESSION_TAKEN_OVER);
        second.expectNothingButPong();
        assertEquals(1, bed.count(Counter.TAKEN_OVER));
      }
    }
  }

  @Test
  void aConnectThatComesBehindThatOfALaterConnectionDoesNotTakeOver() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient first = new RawClient(bed);
        RawClient second = new RawClient(bed)) {
      accepted(bed, 2);
      String publish = publish(2, 5, "t", "once");
      second.send(connect(4, "a", false, "") + publish);
      second.expect(ACCEPTED, "50020005");

      // The network brings the CONNECT of the connection that the client gave up, and its end.
      first.send(connect(5, "a", true, ""));
      first.shutdownOutput();
      first.expectRefusal(Reason.SERVER_UNAVAILABLE);

      second.send("3c" + publish.substring(2));
      second.expect("50020005");
      assertEquals(List.of("once"), bed.values("t"));
      String told = bed.endpoint.status().lastError();
      assertTrue(told != null && told.startsWith("client 'a' from "), told);
      assertEquals(0, bed.count(Counter.TAKEN_OVER));
      assertEquals(1, bed.count(Counter.OVERTAKEN));
      assertEquals(1, bed.count(Counter.CONNECTS_REFUSED));
      assertEquals(0, bed.count(Counter.PROTOCOL_ERRORS));
    }
  }

  @Test
  void aClientWhoseConnectCameLateIsTheNewestWhenItDialsAgain() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient late = new RawClient(bed);
        RawClient other = new RawClient(bed)) {
      accepted(bed, 2);
      other.send(connect(4, "a", true, ""));
      other.expect(ACCEPTED);
      late.send(connect(4, "a", true, ""));
      late.expect("20020003", "closed");
      try (RawClient again = RawClient.v3(bed, "a", true)) {
        again.expect(ACCEPTED);
        other.expect("closed");
      }
    }
  }

  @Test
  void aLateConnectIsTakenWhenTheLaterConnectionHasEnded() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient late = new RawClient(bed);
        RawClient other = new RawClient(bed)) {
      accepted(bed, 2);
      other.send(connect(4, "a", false, "") + "e000");
      other.expect(ACCEPTED, "closed");
      late.send(connect(4, "a", false, ""));
      late.expect("20020100");
    }
  }

  /// The kernel makes connections, in this order, before the endpoint accepts them.
  private static void accepted(Bed bed, long connections) {
    Bed.eventually(
        connections + " connections", () -> bed.count(Counter.CONNECTIONS_ACCEPTED) == connections);
  }
}
