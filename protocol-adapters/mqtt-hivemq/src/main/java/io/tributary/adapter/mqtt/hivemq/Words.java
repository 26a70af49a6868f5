package io.tributary.adapter.mqtt.hivemq;

import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.Mqtt5ReasonCode;
import java.util.Locale;
import java.util.Optional;

/// What the library's exceptions say, in one line.
final class Words {
  private Words() {}

  static String of(Throwable trouble) {
    if (trouble instanceof Mqtt5ConnAckException refused) {
      return "the broker refused the connection: "
          + reason(
              refused.getMqttMessage().getReasonCode(), refused.getMqttMessage().getReasonString());
    }
    if (trouble instanceof Mqtt5DisconnectException ended) {
      return "the connection was ended: "
          + reason(
              ended.getMqttMessage().getReasonCode(), ended.getMqttMessage().getReasonString());
    }
    StringBuilder words = new StringBuilder();
    String last = "";
    for (Throwable each = trouble; each != null; each = each.getCause()) {
      String text = each.getMessage() == null ? each.toString() : each.getMessage();
      if (!last.contains(text)) { // many repeat the message of their cause
        words.append(words.isEmpty() ? "" : ": ").append(text);
        last = text;
      }
    }
    return words.toString();
  }

  /// As the standard writes it, such as "not authorized (0x87)".
  private static String reason(Mqtt5ReasonCode code, Optional<MqttUtf8String> text) {
    return code.toString().toLowerCase(Locale.ROOT).replace('_', ' ')
        + String.format(Locale.ROOT, " (0x%02X)", code.getCode())
        + text.map(each -> ", \"" + each + "\"").orElse("");
  }
}
