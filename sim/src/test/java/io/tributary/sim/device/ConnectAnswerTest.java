package io.tributary.sim.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class ConnectAnswerTest {
  /// Session present; receive maximum 20, maximum QoS 1, server keep alive 30, among others that do not matter here.
  private static final String FULL =
      "01 00 1d 22 00 0a 21 00 14 24 01 25 01 27 00 01 00 00 13 00 1e 1f 00 02 68 69 26 00 01 61 00 00";

  @Test
  void saysWhatTheBrokerTakes() throws IOException {
    assertEquals(new ConnectAnswer(true, 0, 20, 1, 30), read(Protocol.MQTT_5, FULL));
    assertEquals(new ConnectAnswer(false, 0, 65_535, 2, 0), read(Protocol.MQTT_5, "00 00 00"));
    assertEquals(new ConnectAnswer(true, 0, 65_535, 2, 0), read(Protocol.MQTT_3_1_1, "01 00"));
  }

  @Test
  void oneThatIsCutShortIsNone() {
    int bytes = (FULL.length() + 1) / 3;
    for (int i = 3; i < bytes; i++) {
      String cut = FULL.substring(0, 3 * i).strip();
      assertThrows(IOException.class, () -> read(Protocol.MQTT_5, cut), cut);
    }
    assertThrows(IOException.class, () -> read(Protocol.MQTT_5, "00 00 02 7f 00"));
  }

  @Test
  void aWrongPasswordIsForGoodAndABusyServerIsNot() throws IOException {
    assertTrue(read(Protocol.MQTT_3_1_1, "00 04").isForGood());
    assertTrue(read(Protocol.MQTT_5, "00 86 00").isForGood());
    assertTrue(!read(Protocol.MQTT_5, "00 89 00").isForGood());
    assertTrue(!read(Protocol.MQTT_3_1_1, "00 03").isForGood());
    assertTrue(read(Protocol.MQTT_3_1_1, "00 04").text().contains("--password-file"));
  }

  private static ConnectAnswer read(Protocol protocol, String hex) throws IOException {
    return ConnectAnswer.read(protocol, ByteBuffer.wrap(HexFormat.ofDelimiter(" ").parseHex(hex)));
  }
}
