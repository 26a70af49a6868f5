package io.tributary.adapter.mqtt;

import static io.tributary.adapter.mqtt.RawClient.ACCEPTED;
import static io.tributary.adapter.mqtt.RawClient.hex;
import static io.tributary.adapter.mqtt.RawClient.packet;
import static io.tributary.adapter.mqtt.RawClient.publish;
import static io.tributary.adapter.mqtt.RawClient.string;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a client must not say, and what it hears then. Nobody else is disturbed.
class RefusalTest {
  /// Packets that a connected client of MQTT 5 may not send, in hexadecimal.
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "a second CONNECT,              10110004 4d515454 05 02 003c 00 0004 61616161, PROTOCOL_ERROR",
    "reserved type 0,               0000,                                    PROTOCOL_ERROR",
    "CONNACK from a client,         20020000,                                PROTOCOL_ERROR",
    "PUBACK of identifier 0,        40020000,                                PROTOCOL_ERROR",
    "SUBACK from a client,          9003000100,                              PROTOCOL_ERROR",
    "AUTH without a method,         f000,                                    PROTOCOL_ERROR",
    "flags of PINGREQ,              c100,                                    MALFORMED_PACKET",
    "flags of PUBREL,               60020001,                                MALFORMED_PACKET",
    "flags of SUBSCRIBE,            8006000100000100,                        MALFORMED_PACKET",
    "PINGREQ with a body,           c00100,                                  MALFORMED_PACKET",
    "QoS 3,                         360600017400010061,                      MALFORMED_PACKET",
    "DUP without QoS,               380500017400 61,                         MALFORMED_PACKET",
    "packet identifier 0,           3207000174000000 61,                     PROTOCOL_ERROR",
    "an empty topic without alias,  3004000000 61,                           PROTOCOL_ERROR",
    "a topic that is longer,        3005000574 00 61,                        MALFORMED_PACKET",
    "a topic with a plus,           300500012b00 61,                         TOPIC_NAME_INVALID",
    "a topic with a hash,           3005000123 00 61,                        TOPIC_NAME_INVALID",
    "a topic with NUL,              3005000100 00 61,                        MALFORMED_PACKET",
    "a topic with half a character, 30050001c3 00 61,                        MALFORMED_PACKET",
    "a topic with a surrogate,      30070003eda080 00 61,                    MALFORMED_PACKET",
    "topic alias 0,                 30080001740323000061,                    TOPIC_ALIAS_INVALID",
    "topic alias above the maximum, 30080001740323002161,                    TOPIC_ALIAS_INVALID",
    "a topic alias never given,     30070000 03 230001 61,                   PROTOCOL_ERROR",
    "properties that are longer,    3005000174 05 01,                        MALFORMED_PACKET",
    "a property out of place,       30090001740421000a 6161,                 MALFORMED_PACKET",
    "a property that is unknown,    3006000174 02 7f00,                      MALFORMED_PACKET",
    "a property twice,              3008000174 04 0101 0101,                 PROTOCOL_ERROR",
    "a flag property of 2,          3006000174 02 0102,                      PROTOCOL_ERROR",
    "PUBREL of identifier 0,        62020000,                                PROTOCOL_ERROR",
    "PUBREL cut short,              620100,                                  MALFORMED_PACKET",
    "a length of five bytes,        30ffffffff01,                            MALFORMED_PACKET",
    "a length that is not shortest, 308500,                                  MALFORMED_PACKET",
    "a packet that is too large,    30ffffff7f,                              PACKET_TOO_LARGE",
    "SUBSCRIBE without filters,     8203000100,                              PROTOCOL_ERROR",
    "SUBSCRIBE with options 3,      8207 0001 00 0001 74 03,                 MALFORMED_PACKET",
    "subscription identifier 0,     8209 0001 02 0b00 0001 74 00,            PROTOCOL_ERROR",
    "SUBSCRIBE with Retain 3,       8207 0001 00 0001 74 30,                 MALFORMED_PACKET",
    "an empty filter,               8206 0001 00 0000 00,                    PROTOCOL_ERROR",
    "shared with No Local,          8210 0001 00 000a 2473686172652f672f74 04, PROTOCOL_ERROR",
    "a response topic with a hash,  3009000174 04 08000123 61,               PROTOCOL_ERROR",
    "UNSUBSCRIBE without filters,   a203000100,                              PROTOCOL_ERROR",
    "UNSUBSCRIBE cut short,         a206000100000574,                        MALFORMED_PACKET",
    "QoS 0 that no mapping takes,   3005000178 00 61,                        TOPIC_NAME_INVALID",
  })
  void isDisconnectedWithTheReason(String what, String packet, Reason reason) throws IOException {
    try (Bed bed = Bed.of("");
        RawClient other = RawClient.v3(bed, "other", true);
        RawClient client = RawClient.v5(bed, "a", true, "")) {
      other.expect(ACCEPTED);
      client.expectWelcome(false);
      client.send(packet.replace(" ", ""));
      client.expectDisconnect(reason);

      other.send(publish(1, 1, "t", "fine"));
      other.expect("40020001");
      assertEquals(1, bed.count(Counter.MALFORMED) + bed.count(Counter.PROTOCOL_ERRORS), what);
      assertEquals(0, bed.count(Counter.FAULTS));
      String example = bed.endpoint.status().lastError();
      assertTrue(example != null && example.startsWith("client 'a' from /127.0.0.1:"), example);
    }
  }

  /// What a client of MQTT 3.1.1 may not send: it is closed without a word.
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "a second CONNECT,           100d0004 4d515454 04 02 003c 0001 61",
    "QoS 3,                      36050001740001",
    "an empty topic,             3003000061",
    "AUTH,                       f000",
    "SUBSCRIBE with options 4,   8206 0001 0001 74 04",
    "PUBREL with more,           62030001 00",
    "a packet that is too large, 30ffffff7f",
    "a topic without a mapping,  3205000178000161",
  })
  void version3IsClosed(String what, String packet) throws IOException {
    try (Bed bed = Bed.of("");
        RawClient client = RawClient.v3(bed, "a", true)) {
      client.expect(ACCEPTED);
      client.send(packet.replace(" ", ""));
      client.expect("closed");
      assertEquals(1, bed.count(Counter.MALFORMED) + bed.count(Counter.PROTOCOL_ERRORS), what);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "a publish first,        3003000174,                                closed",
    "another protocol,       474554202f20485454502f312e310d0a,          closed",
    "MQTT 3.1,               100f0006 4d5149736470 03 02 003c 0001 61,  20020001",
    "level 6,                100d0004 4d515454 06 02 003c 0001 61,      20020001",
    "the reserved flag,      100d0004 4d515454 04 03 003c 0001 61,      closed",
    "will QoS without will,  100d0004 4d515454 04 0a 003c 0001 61,      closed",
    "a password alone,       10100004 4d515454 04 42 003c 0001 61 000170, closed",
    "no identifier but kept, 100c0004 4d515454 04 00 003c 0000,         20020002",
    "a will without a mapping, 10130004 4d515454 04 06 003c 0001 61 000178 000177, closed",
    "cut short,              100b0004 4d515454 04 02 003c 00,           closed",
    "bytes left over,        100e0004 4d515454 04 02 003c 0001 61 00,   closed",
  })
  void aConnectOfVersion3ThatIsRefused(String what, String packet, String answer)
      throws IOException {
    try (Bed bed = Bed.of("");
        RawClient client = new RawClient(bed)) {
      client.send(packet.replace(" ", ""));
      client.expect(answer);
      if (!answer.equals("closed")) {
        client.expect("closed");
      }
      assertEquals(1, bed.count(Counter.CONNECTS_REFUSED), what);
      assertEquals(0, bed.count(Counter.FAULTS));
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "receive maximum 0,       02 003c 03 210000 0001 61,              PROTOCOL_ERROR",
    "maximum packet size 0,   02 003c 05 2700000000 0001 61,          PROTOCOL_ERROR",
    "a tiny packet size,      02 003c 05 2700000005 0001 61,          PACKET_TOO_LARGE",
    "a property twice,        02 003c 06 210001 210001 0001 61,       PROTOCOL_ERROR",
    "a publish's property,    02 003c 03 230001 0001 61,              MALFORMED_PACKET",
    "an authentication method,02 003c 04 15000178 0001 61,            BAD_AUTHENTICATION_METHOD",
    "authentication data,     02 003c 04 16000178 0001 61,            PROTOCOL_ERROR",
    "a will without a mapping, 06 003c 00 0001 61 00 000178 000177,   TOPIC_NAME_INVALID",
    "a will to a filter,      06 003c 00 0001 61 00 000123 000177,    TOPIC_NAME_INVALID",
    "a will with QoS 3,       1e 003c 00 0001 61 00 000174 000177,    MALFORMED_PACKET",
    "cut short,               02 003c 00 0005 61,                     MALFORMED_PACKET",
  })
  void aConnectOfVersion5ThatIsRefused(String what, String rest, Reason reason) throws IOException {
    try (Bed bed = Bed.of("");
        RawClient client = new RawClient(bed)) {
      client.send(packet(0x10, string("MQTT") + hex(5) + rest.replace(" ", "")));
      client.expectRefusal(reason);
      assertEquals(1, bed.count(Counter.CONNECTS_REFUSED), what);
    }
  }

  @Test
  void anIdentifierThatIsTooLongIsRefused() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient three = RawClient.v3(bed, "x".repeat(Bounds.CLIENT_ID_BYTES + 1), true);
        RawClient five = RawClient.v5(bed, "x".repeat(Bounds.CLIENT_ID_BYTES + 1), true, "")) {
      three.expect("20020002", "closed");
      five.expectRefusal(Reason.CLIENT_IDENTIFIER_NOT_VALID);
    }
  }

  @Test
  void aFilterThatIsNoneIsRefusedBesideOthersThatAreTaken() throws IOException {
    try (Bed bed = Bed.of("max-subscriptions: 2\n");
        RawClient three = RawClient.v3(bed, "a", true);
        RawClient five = RawClient.v5(bed, "b", true, "")) {
      three.expect(ACCEPTED);
      five.expectWelcome(false);
      String bad = string("a#") + "00";
      String good = string("t/+") + "01";
      String shared = string("$share/+/t") + "00";
      three.send(packet(0x82, "0007" + bad + good));
      three.expect("90040007" + "8001");
      five.send(packet(0x82, "000700" + bad + good + shared));
      five.expect("9006000700" + "8f018f");
      five.send(packet(0x82, "000800" + string("b") + "00" + good + string("c") + "02"));
      five.expect("9006000800" + "000197");
      five.send(packet(0xa2, "000900" + string("b") + string("never")));
      five.expect("b005000900" + "0011");
      assertEquals(4, bed.count(Counter.SUBSCRIPTIONS_REFUSED));
    }
  }

  @Test
  void whatNoMappingTakesIsRefusedOrIgnoredAsConfigured() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient five = RawClient.v5(bed, "b", true, "")) {
      five.expectWelcome(false);
      five.send(publish(1, 1, "x", "1", "") + publish(2, 2, "x", "2", ""));
      five.expect("4003000190", "5003000290");
      assertEquals(2, bed.count(Counter.UNMAPPED));
    }
    try (Bed bed = Bed.of("unmapped: ignore\n");
        RawClient three = RawClient.v3(bed, "a", true);
        RawClient five = RawClient.v5(bed, "b", true, "")) {
      three.expect(ACCEPTED);
      five.expectWelcome(false);
      three.send(publish(0, 0, "x", "0") + publish(1, 1, "x", "1") + publish(2, 2, "x", "2"));
      three.expect("40020001", "50020002");
      three.send(RawClient.pubrel(2));
      three.expect("70020002");
      five.send(publish(0, 0, "x", "0", "") + publish(1, 1, "x", "1", ""));
      five.send(publish(2, 2, "x", "2", ""));
      five.expect("4003000110", "5003000210");
      five.send(publish(2, 2, "x", "2", ""));
      five.expect("50020002");
      five.send(RawClient.pubrel(2));
      five.expect("70020002");
      assertEquals(6, bed.count(Counter.UNMAPPED));
      assertEquals(List.of(), bed.outlet.durable());
    }
  }

  @Test
  void aSilentClientIsClosedAfterOneAndAHalfKeepAlives() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient client = new RawClient(bed)) {
      client.send(packet(0x10, string("MQTT") + "05" + "02" + "0001" + "00" + string("a")));
      client.expectWelcome(false);
      long begin = System.nanoTime();
      client.expectDisconnect(Reason.KEEP_ALIVE_TIMEOUT);
      assertTrue(System.nanoTime() - begin > 1_400_000_000L);
      assertEquals(1, bed.count(Counter.TIMEOUTS));
    }
  }

  @Test
  void aClientThatSendsNoConnectIsClosed() throws IOException {
    try (Bed bed = Bed.of("connect-timeout: 1s\n");
        RawClient client = new RawClient(bed)) {
      client.send("10");
      client.expect("closed");
      assertEquals(1, bed.count(Counter.TIMEOUTS));
    }
  }

  @Test
  void connectionsBeyondTheMaximumAreClosed() throws IOException {
    try (Bed bed = Bed.of("max-connections: 1\n");
        RawClient first = RawClient.v3(bed, "a", true)) {
      first.expect(ACCEPTED);
      try (RawClient second = RawClient.v3(bed, "b", true)) {
        second.expect("closed");
      }
      first.expectNothingButPong();
      assertEquals(1, bed.count(Counter.CONNECTIONS_REFUSED));
    }
  }

  @Test
  void sessionsBeyondTheMaximumAreRefused() throws IOException {
    try (Bed bed = Bed.of("max-sessions: 1\n");
        RawClient first = RawClient.v3(bed, "a", false)) {
      first.expect(ACCEPTED);
      try (RawClient second = RawClient.v3(bed, "b", false);
          RawClient third = RawClient.v5(bed, "c", false, "1100000e10");
          RawClient fourth = RawClient.v3(bed, "d", true)) {
        second.expect("20020003", "closed");
        third.expectRefusal(Reason.QUOTA_EXCEEDED);
        fourth.expect(ACCEPTED);
      }
    }
  }

  @Test
  void anEndpointThatClosesSaysSo() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient client = RawClient.v5(bed, "a", true, "")) {
      client.expectWelcome(false);
      bed.endpoint.close();
      client.expectDisconnect(Reason.SERVER_SHUTTING_DOWN);
      assertFalse(bed.endpoint.status().healthy());
    }
  }

  @Test
  void rubbishHarmsNobody() throws IOException {
    Random random = new Random(7);
    String valid =
        RawClient.connect(5, "r", true, "210010")
            + publish(1, 1, "t/x", "payload", "230001")
            + publish(2, 2, "sensors/a/temperature", "21.5", "260001610001 62".replace(" ", ""))
            + RawClient.pubrel(2)
            + "c000";
    try (Bed bed = Bed.of("");
        RawClient other = RawClient.v3(bed, "other", true)) {
      other.expect(ACCEPTED);
      for (int i = 0; i < 1000; i++) {
        StringBuilder bytes = new StringBuilder(valid);
        for (int j = random.nextInt(4); j >= 0; j--) {
          int at = 2 * random.nextInt(bytes.length() / 2);
          bytes.replace(at, at + 2, hex(random.nextInt(256)));
        }
        try (RawClient client = new RawClient(bed)) {
          client.send(bytes.substring(0, 2 * random.nextInt(1 + bytes.length() / 2)));
          client.shutdownOutput();
          String answer = client.read();
          while (!answer.equals("closed")) {
            answer = client.read();
          }
        }
      }
      assertEquals(0, bed.count(Counter.FAULTS), bed.endpoint.status().lastError());
      other.send(publish(1, 9, "t", "fine"));
      other.expect("40020009");
    }
  }

  @Test
  void partsOfPacketsThatAreNeverWholeDoNotExhaustTheMemory() throws IOException {
    String part = RawClient.packet(0x30, "00".repeat(250_000)).substring(0, 400_000);
    List<RawClient> clients = new ArrayList<>();
    try (Bed bed = Bed.of("");
        RawClient other = RawClient.v3(bed, "other", true)) {
      other.expect(ACCEPTED);
      for (int i = 0; i < 2 * Bounds.HELD_BYTES / 200_000; i++) {
        RawClient client = RawClient.v3(bed, "c" + i, true);
        clients.add(client);
        client.expect(ACCEPTED);
        client.sendAsFarAsTaken(part);
      }
      Bed.eventually("some are refused", () -> bed.count(Counter.PROTOCOL_ERRORS) > 0);
      other.send(publish(1, 1, "t", "fine"));
      other.expect("40020001");
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void aPortInUseIsNamed() throws IOException {
    try (Bed bed = Bed.of("")) {
      IOException refused =
          assertThrows(IOException.class, () -> Bed.of("listen: " + bed.listening() + "\n"));
      assertEquals(
          "mqtt cannot listen on "
              + bed.listening()
              + " (Address already in use): stop what listens there, or choose another `listen`",
          refused.getMessage());
    }
  }
}
