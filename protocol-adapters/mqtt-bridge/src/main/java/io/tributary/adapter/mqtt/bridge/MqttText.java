package io.tributary.adapter.mqtt.bridge;

import java.nio.charset.StandardCharsets;

/// What a string may hold in a packet (MQTT 5, section 1.5.4). A receiver may end the connection over control characters and
/// non-characters, so they are not sent.
final class MqttText {
  private static final int BYTES_MOST = 65_535;
  private static final int NON_CHARACTERS_FROM = 0xfdd0;
  private static final int NON_CHARACTERS_TO = 0xfdef;
  private static final int LAST_OF_PLANE = 0xfffe;

  private MqttText() {}

  static boolean isSound(String text) {
    return text.codePoints().noneMatch(MqttText::isRefused)
        && text.getBytes(StandardCharsets.UTF_8).length <= BYTES_MOST;
  }

  private static boolean isRefused(int character) {
    return Character.isISOControl(character)
        || (character >= NON_CHARACTERS_FROM && character <= NON_CHARACTERS_TO)
        || (character & LAST_OF_PLANE) == LAST_OF_PLANE
        || (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE);
  }
}
