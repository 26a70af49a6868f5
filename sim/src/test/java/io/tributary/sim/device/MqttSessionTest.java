package io.tributary.sim.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Each packet is written as `3 id seq`, with ` dup` behind it, or `6 id` for a PUBREL; each answer as the session tells it.
final class MqttSessionTest {
  private static final int MANY = 100;

  private final Outbox out = new Outbox();
  private final List<String> told = new ArrayList<>();

  @Test
  void aPubackAcknowledgesItsReadingOnce() throws IOException {
    MqttSession session = session(1, 2);
    publish(session, 0, 2);
    assertFalse(session.hasRoom());
    session.answered(MqttWire.PUBACK, 2, 0, out);
    session.answered(MqttWire.PUBACK, 2, 0, out);
    assertEquals(List.of("acknowledged 1"), told);
    assertTrue(session.hasRoom());
    assertEquals(List.of("3 1 0", "3 2 1"), sent());
  }

  @Test
  void atQos2OnlyPubcompAcknowledges() throws IOException {
    MqttSession session = session(2, 2);
    publish(session, 0, 1);
    session.answered(MqttWire.PUBREC, 1, 0, out);
    assertEquals(List.of(), told);
    assertEquals(List.of("3 1 0", "6 1"), sent());
    session.answered(MqttWire.PUBCOMP, 1, 0, out);
    assertEquals(List.of("acknowledged 0"), told);
    assertTrue(session.isEmpty());
  }

  @Test
  void whereTheSessionIsKeptWhatIsLeftIsSentAgainInTheFirstOrder() throws IOException {
    MqttSession session = session(2, 10);
    publish(session, 0, 4);
    session.answered(MqttWire.PUBREC, 2, 0, out);
    session.answered(MqttWire.PUBREC, 3, 0, out);
    session.answered(MqttWire.PUBCOMP, 3, 0, out);
    sent();
    session.connected(true, MANY, out);
    assertEquals(List.of("3 1 0 dup", "6 2", "3 4 3 dup"), sent());
    assertEquals(List.of("acknowledged 2", "again 0", "again 3"), told);
    session.answered(MqttWire.PUBCOMP, 2, 0, out);
    assertEquals("acknowledged 1", told.getLast());
  }

  @Test
  void whereTheSessionIsLostAllIsSentAsNew() throws IOException {
    MqttSession session = session(2, 10);
    publish(session, 0, 2);
    session.answered(MqttWire.PUBREC, 1, 0, out);
    sent();
    session.connected(false, MANY, out);
    assertEquals(List.of("3 1 0", "3 2 1"), sent());
    assertEquals(List.of("anew 0", "anew 1"), told);
    session.connected(true, MANY, out);
    assertEquals(List.of("3 1 0 dup", "3 2 1 dup"), sent());
  }

  @Test
  void neverMoreWaitThanTheBrokerTakes() throws IOException {
    MqttSession session = session(1, 10);
    publish(session, 0, 5);
    sent();
    session.connected(true, 2, out);
    assertEquals(List.of("3 1 0 dup", "3 2 1 dup"), sent());
    assertFalse(session.hasRoom());
    session.answered(MqttWire.PUBACK, 1, 0, out);
    assertEquals(List.of("3 3 2 dup"), sent());
    session.answered(
        MqttWire.PUBACK, 4, 0, out); // of a connection before: it was not sent on this one
    assertEquals(List.of(), sent());
  }

  @Test
  void aRefusedReadingIsToldAndNotSentAgain() throws IOException {
    MqttSession session = session(2, 10);
    publish(session, 0, 1);
    session.answered(MqttWire.PUBREC, 1, 0x97, out);
    assertEquals(List.of("refused 0"), told);
    assertEquals(List.of("3 1 0"), sent());
    assertTrue(session.isEmpty());
  }

  @Test
  void aPubrecOfNothingIsReleased() throws IOException {
    MqttSession session = session(2, 10);
    session.answered(MqttWire.PUBREC, 77, 0, out);
    assertEquals(List.of("6 77"), sent());
  }

  @Test
  void packetIdsThatAreTakenAreLeftOut() throws IOException {
    MqttSession session = session(1, 70_000);
    publish(session, 0, 1);
    for (int i = 1; i < 65_535; i++) {
      publish(session, i, 1);
      session.answered(MqttWire.PUBACK, i + 1, 0, out);
    }
    out.clear();
    publish(session, 65_535, 1);
    assertEquals(List.of("3 2 65535"), sent());
  }

  @Test
  void atQos0NothingIsWaitedFor() throws IOException {
    MqttSession session = session(0, 1);
    publish(session, 0, 3);
    assertTrue(session.isEmpty());
    assertEquals(List.of("acknowledged 0", "acknowledged 1", "acknowledged 2"), told);
  }

  private MqttSession session(int qos, int window) {
    MqttSession session =
        new MqttSession(
            Protocol.MQTT_3_1_1,
            MqttWire.utf8("t"),
            qos,
            window,
            new MqttSession.Observer() {
              @Override
              public void acknowledged(Kept reading) {
                told.add("acknowledged " + reading.seq());
              }

              @Override
              public void refused(Kept reading, int reason) {
                told.add("refused " + reading.seq());
              }

              @Override
              public void sentAgain(Kept reading) {
                told.add("again " + reading.seq());
              }

              @Override
              public void sentAnew(Kept reading) {
                told.add("anew " + reading.seq());
              }
            });
    session.connected(false, 65_535, out);
    return session;
  }

  private void publish(MqttSession session, long from, int count) {
    for (long seq = from; seq < from + count; seq++) {
      assertTrue(session.hasRoom());
      session.publish(new Kept(seq, MqttWire.utf8(Long.toString(seq))), out);
    }
  }

  /// What was sent since it was asked last.
  private List<String> sent() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    out.drainTo(Channels.newChannel(bytes));
    ByteBuffer packets = ByteBuffer.wrap(bytes.toByteArray());
    List<String> sent = new ArrayList<>();
    while (packets.hasRemaining()) {
      int first = packets.get();
      ByteBuffer body = packets.slice(packets.position() + 1, packets.get(packets.position()));
      packets.position(packets.position() + 1 + body.limit());
      int type = first >> 4;
      if (type == MqttWire.PUBLISH) {
        body.position(3);
        int id = body.getShort() & 0xffff;
        byte[] payload = new byte[body.remaining()];
        body.get(payload);
        String dup = (first & 8) != 0 ? " dup" : "";
        sent.add(type + " " + id + " " + new String(payload, StandardCharsets.UTF_8) + dup);
      } else {
        sent.add(type + " " + (body.getShort() & 0xffff));
      }
    }
    return sent;
  }
}
